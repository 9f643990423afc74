"""What ``verify`` looks at, a file per question."""
