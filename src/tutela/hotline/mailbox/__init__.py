"""What comes in by mail: answers to notices and mail that came back, read by machine and never believed."""
