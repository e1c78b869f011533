"""The forms of the workshop, a module for each subject."""
