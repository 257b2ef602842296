package io.shiplog.gateway.read;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.http.StatusBody;
import io.shiplog.gateway.outcome.Checked;
import io.shiplog.gateway.select.Selection;
import io.shiplog.gateway.view.Form;
import io.shiplog.gateway.view.ServedKind;
import io.shiplog.projections.image.Image;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET …/{resource}}: whole or in pages, of one consistent state.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks">Chunks</a>
 */
public final class ListVerb {
    private static final String TOO_OLD =
            "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.";

    private final PageImages pages;

    public ListVerb(InstantSource clock) {
        this.pages = new PageImages(clock);
    }

    private record Asked(Selection selection, Form form, ReadOptions options) {}

    /** Answers with the list. */
    public void list(Exchange exchange, ServedKind served) {
        exchange.checked(asked(exchange, served), asked -> {
            if (!asked.options().continueToken().isEmpty()) {
                exchange.checked(
                        ContinueToken.parse(asked.options().continueToken()),
                        token -> nextPage(exchange, served.kind(), asked, token));
            } else if (asked.options().exact()) {
                atRevision(
                        exchange,
                        served.kind(),
                        asked.options().revision(),
                        image -> page(exchange, served.kind(), asked, image, null));
            } else {
                asked.options()
                        .withImage(
                                exchange,
                                served.kind().shard(),
                                image -> page(exchange, served.kind(), asked, image, null));
            }
        });
    }

    private static Checked<Asked> asked(Exchange exchange, ServedKind served) {
        return Selection.of(exchange.query(), served.kind(), exchange.info().namespace(), "")
                .then(selection -> Form.of(exchange, served, true)
                        .then(form -> ReadOptions.ofList(exchange.query())
                                .map(options -> new Asked(selection, form, options))));
    }

    private void page(Exchange exchange, KindDescription kind, Asked asked, Image image, @Nullable ContinueToken from) {
        Page page =
                Page.of(image, kind, asked.selection(), from, asked.options().limit());
        if (exchange.now() && !page.head().continueToken().isEmpty()) {
            pages.keep(kind.shard(), image);
        }
        ListStream.send(exchange, asked.form(), page);
    }

    private void nextPage(Exchange exchange, KindDescription kind, Asked asked, ContinueToken token) {
        if (token.revision() == ContinueToken.ANY || !exchange.now()) {
            exchange.withImage(kind.shard(), image -> page(exchange, kind, asked, image, token));
            return;
        }
        Image current = exchange.ports().images().current();
        boolean isCurrent = current.revision(kind.shard()) == token.revision();
        Image kept = isCurrent ? current : pages.atHand(kind.shard(), token.revision());
        if (kept != null) {
            page(exchange, kind, asked, kept, token);
        } else if (kind.shard().equals(MAIN_SHARD) && pages.isValid(MAIN_SHARD, token.revision())) {
            exchange.whenDone(
                    exchange.ports().timeTravel().at(token.revision()),
                    again -> page(exchange, kind, asked, again, token));
        } else {
            expired(exchange, token);
        }
    }

    private static void expired(Exchange exchange, ContinueToken token) {
        ObjectNode status = StatusBody.failure(Refusal.of(Reason.EXPIRED, TOO_OLD));
        String inconsistent = new ContinueToken(ContinueToken.ANY, token.namespace(), token.name(), -1).text();
        ((ObjectNode) status.path("metadata")).put("continue", inconsistent);
        exchange.answer(Reason.EXPIRED.code(), status);
    }

    /** The state after an exact revision: cached, current, or replayed from the log. */
    private void atRevision(Exchange exchange, KindDescription kind, long revision, Consumer<Image> then) {
        Image current = exchange.ports().images().current();
        Image kept = pages.atHand(kind.shard(), revision);
        if (current.revision(kind.shard()) == revision) {
            then.accept(current);
        } else if (kept != null) {
            then.accept(kept);
        } else if (revision > current.revision(kind.shard())) {
            exchange.refuse(ReadOptions.tooLarge(revision, current.revision(kind.shard())));
        } else if (kind.shard().equals(MAIN_SHARD)) {
            exchange.whenDone(exchange.ports().timeTravel().at(revision), then);
        } else {
            exchange.refuse(Refusal.of(Reason.EXPIRED, "The resourceVersion for the provided list is too old."));
        }
    }

    /** The shard whose revisions name moments. */
    private static final String MAIN_SHARD = "events";
}
