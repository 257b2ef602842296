package io.shiplog.gateway.outcome;

import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import java.util.function.Function;

/** A valid value from a request, or the refusal that the client gets. */
public sealed interface Checked<T> {

    record Ok<T>(T value) implements Checked<T> {}

    record Refused<T>(Refusal refusal) implements Checked<T> {}

    static <T> Checked<T> ok(T value) {
        return new Ok<>(value);
    }

    static <T> Checked<T> refused(Refusal refusal) {
        return new Refused<>(refusal);
    }

    /** A 400 with this message. */
    static <T> Checked<T> bad(String message) {
        return new Refused<>(Refusal.of(Reason.BAD_REQUEST, message));
    }

    /** Continues with the value, or keeps the refusal. */
    default <R> Checked<R> then(Function<? super T, Checked<R>> next) {
        return switch (this) {
            case Ok<T>(T value) -> next.apply(value);
            case Refused<T>(Refusal refusal) -> new Refused<>(refusal);
        };
    }

    /** Maps the value, or keeps the refusal. */
    default <R> Checked<R> map(Function<? super T, ? extends R> change) {
        return then(value -> new Ok<>(change.apply(value)));
    }
}
