package io.shiplog.node.probe;

/** Consecutive equal answers. Pure: each answer gives the next tally. */
public record ProbeTally(int successes, int failures) {
    public static final ProbeTally NONE = new ProbeTally(0, 0);

    /** The result of the answers so far. */
    public enum Verdict {
        UNDECIDED,
        PASSED,
        FAILED
    }

    /** The tally after one more answer. */
    public ProbeTally after(Answer answer) {
        return answer.success() ? new ProbeTally(successes + 1, 0) : new ProbeTally(0, failures + 1);
    }

    /** Whether a threshold is reached. */
    public Verdict verdict(ProbeSettings settings) {
        if (successes >= settings.successThreshold()) {
            return Verdict.PASSED;
        }
        return failures >= settings.failureThreshold() ? Verdict.FAILED : Verdict.UNDECIDED;
    }
}
