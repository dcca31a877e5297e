"""What two machines of one rep tell each other by way of a folder."""
