package io.shiplog.command.kind.admissionregistration;

import io.shiplog.command.kind.check.FieldErrors;

/** How many expressions of one object are compiled: compiling costs far more than reading them. Not thread-safe. */
final class ExpressionBudget {
    /** Maximum expressions of an object. */
    static final int MAX_EXPRESSIONS = 512;

    /** Maximum characters of the expressions of an object together. */
    static final int MAX_CHARACTERS = 300_000;

    private int expressions;
    private int characters;

    /** Whether an expression may be compiled; else says so. */
    boolean takes(String expression, String path, FieldErrors errors) {
        if (expressions == MAX_EXPRESSIONS || expression.length() > MAX_CHARACTERS - characters) {
            errors.forbidden(
                    path,
                    "not compiled: all expressions together may be at most %d and have at most %d characters"
                            .formatted(MAX_EXPRESSIONS, MAX_CHARACTERS));
            return false;
        }
        expressions++;
        characters += expression.length();
        return true;
    }
}
