"""What whoever runs the guide can see of it, in both processes: logs and metrics, without anybody's words."""
