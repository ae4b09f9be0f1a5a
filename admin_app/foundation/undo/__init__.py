"""What was done can be taken back for some seconds; what follows it by itself waits as long."""
