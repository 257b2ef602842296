package io.shiplog.gateway.history;

import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.identity.Gatekeeper;
import io.shiplog.gateway.identity.NamespaceBirths;
import io.shiplog.projections.history.LogHistory;
import java.time.InstantSource;

/** The resource {@code changes}: get, list and watch. */
public final class Changes {
    private final Gatekeeper gatekeeper;
    private final NamespaceBirths births;
    private final GetChange get;
    private final ListChanges list;
    private final WatchChanges watch;

    public Changes(LogHistory history, Gatekeeper gatekeeper, NamespaceBirths births, InstantSource clock) {
        Moments moments = new Moments(history, clock);
        this.gatekeeper = gatekeeper;
        this.births = births;
        this.get = new GetChange(history);
        this.list = new ListChanges(history, moments);
        this.watch = new WatchChanges(history, moments);
    }

    /** Handles a request for the resource. */
    public void answer(Exchange exchange) {
        String verb = exchange.info().verb();
        exchange.checked(
                ChangesAsked.of(exchange),
                asked -> exchange.whenDone(
                        HistoryAccess.of(gatekeeper, births, exchange, verb),
                        access -> answer(exchange, verb, asked, access)));
    }

    private void answer(Exchange exchange, String verb, ChangesAsked asked, HistoryAccess access) {
        switch (verb) {
            case "get" -> get.get(exchange, asked, access);
            case "list" -> list.list(exchange, asked, access);
            case "watch" -> watch.watch(exchange, asked, access);
            default ->
                exchange.refuse(Refusal.of(
                        Reason.METHOD_NOT_ALLOWED, "the past cannot be changed: changes can be read and watched"));
        }
    }

    /** Ends every watch as a timeout does, so that clients resume elsewhere. */
    public void endWatches() {
        watch.endAll();
    }
}
