package io.shiplog.events.command;

/** How the dependents of a deleted object are handled. */
public enum Propagation {
    BACKGROUND,
    FOREGROUND,
    ORPHAN
}
