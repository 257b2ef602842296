package io.shiplog.gateway.read;

import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.outcome.Checked;

/** The old revision that a list or watch without {@code /at/} reads. */
public final class OldRevision {
    private OldRevision() {}

    /**
     * The old revision that a request of the present reads; 0 if it reads the newest state, as with a resourceVersion that is
     * only a lower bound.
     */
    public static long of(Exchange exchange) {
        return switch (exchange.info().verb()) {
            case "list" ->
                ReadOptions.ofList(exchange.query()) instanceof Checked.Ok<ReadOptions>(ReadOptions options)
                        ? ofList(options)
                        : 0;
            case "watch" ->
                ReadOptions.ofWatch(exchange.query()) instanceof Checked.Ok<ReadOptions>(ReadOptions options)
                                && options.initialEvents() != ReadOptions.InitialEvents.YES
                        ? options.revision()
                        : 0;
            default -> 0;
        };
    }

    private static long ofList(ReadOptions options) {
        if (options.continueToken().isEmpty()) {
            return options.exact() ? options.revision() : 0;
        }
        return ContinueToken.parse(options.continueToken()) instanceof Checked.Ok<ContinueToken>(ContinueToken token)
                ? token.revision()
                : 0;
    }
}
