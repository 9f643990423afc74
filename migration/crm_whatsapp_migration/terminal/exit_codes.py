"""What the command answers to the shell; scripts may rely on it."""

OK = 0
# Something was found wrong: a check of verify failed, a run ended with an error.
FAILED = 1
# The command line or the decisions file cannot be used.
USAGE = 2
# Questions of the plan are not answered; nothing was written.
OPEN_QUESTIONS = 3
# Another run or rollback is at work on this database.
LOCKED = 4
# Stopped between two batches; the same command goes on where it was.
INTERRUPTED = 5
# Something must be mended first: a module to install, a clash, no such database.
NOT_READY = 6
# Rollback: people have used what it would remove; --later says what becomes of it.
STILL_USED = 7

WORDS = {
    OK: "all went well",
    FAILED: "a check failed, or the run ended with an error",
    USAGE: "the command line or the decisions file cannot be used",
    OPEN_QUESTIONS: "questions of the plan are open",
    LOCKED: "another run is at work",
    INTERRUPTED: "stopped; the same command goes on where it was",
    NOT_READY: "something must be mended first",
    STILL_USED: "rollback needs --later, people have used what it would remove",
}
