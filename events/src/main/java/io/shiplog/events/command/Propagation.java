package io.shiplog.events.command;

/** What becomes of the dependents of a deleted object. */
public enum Propagation {
    BACKGROUND,
    FOREGROUND,
    ORPHAN
}
