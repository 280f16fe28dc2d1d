"""What goes out to others, and what comes in: notices to those who can take something down."""
