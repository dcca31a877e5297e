"""The activity log and exports."""
