// The line that a host site needs, with this server's own address in it.
document.getElementById("snippet").textContent = `<script src="${new URL("embed.js", location.href)}" async></script>`;
