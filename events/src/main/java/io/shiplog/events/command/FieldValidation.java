package io.shiplog.events.command;

/** What happens to fields that the schema does not know: dropped, dropped with a warning, refused. */
public enum FieldValidation {
    IGNORE,
    WARN,
    STRICT
}
