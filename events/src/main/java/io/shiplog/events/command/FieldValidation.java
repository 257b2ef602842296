package io.shiplog.events.command;

/** How fields that are not in the schema are treated: dropped, dropped with a warning, refused. */
public enum FieldValidation {
    IGNORE,
    WARN,
    STRICT
}
