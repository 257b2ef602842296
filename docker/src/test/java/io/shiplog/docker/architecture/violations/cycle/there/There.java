package io.shiplog.docker.architecture.violations.cycle.there;

import io.shiplog.docker.architecture.violations.cycle.back.Back;

/** Breaks the rule that packages have no cycles. */
public record There(Back back) {}
