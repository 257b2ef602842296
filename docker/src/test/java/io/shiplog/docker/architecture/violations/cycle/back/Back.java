package io.shiplog.docker.architecture.violations.cycle.back;

import io.shiplog.docker.architecture.violations.cycle.there.There;

/** Breaks the rule that packages have no cycles. */
public interface Back {
    /** The way back. */
    There there();
}
