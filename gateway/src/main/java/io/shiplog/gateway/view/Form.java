package io.shiplog.gateway.view;

import io.shiplog.events.json.Json;
import io.shiplog.gateway.http.Accepted;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.outcome.Checked;
import java.io.ByteArrayOutputStream;
import java.time.Instant;

/** The output format for one client. Implementations are immutable values: equal ones write equal bytes. */
public sealed interface Form permits ObjectForm, MetadataForm, TableForm {

    /** One object as the answer to a get or a write. */
    Json single(Json stored);

    /** Everything before the first item of a list. */
    byte[] listHead(ListHead head);

    /** A list without items. */
    default byte[] emptyList(ListHead head) {
        ByteArrayOutputStream list = new ByteArrayOutputStream();
        list.writeBytes(listHead(head));
        list.writeBytes(listTail());
        return list.toByteArray();
    }

    /** One item of a list. Commas separate items. */
    byte[] item(Json stored, Instant now);

    /** Everything after the last item. */
    byte[] listTail();

    /**
     * The object of a watch event.
     *
     * @param first whether it is the first of its watch: a table then includes its columns
     */
    byte[] watched(Json stored, boolean first, Instant now);

    /** The object of a bookmark. */
    byte[] bookmark(long revision, boolean endsInitialEvents, boolean first);

    /**
     * The format that the client accepts, for a kind.
     *
     * @param list whether the answer is a list
     */
    static Checked<Form> of(Exchange exchange, ServedKind served, boolean list) {
        Accepted accepted = exchange.accepted();
        return switch (accepted.as()) {
            case "Table" ->
                TableForm.of(served, accepted.version(), exchange.query().text("includeObject"), exchange.clock());
            case "PartialObjectMetadata" ->
                list
                        ? notAcceptable("you requested PartialObjectMetadata, but the requested object is a list")
                        : Checked.ok(new MetadataForm(accepted.version()));
            case "PartialObjectMetadataList" ->
                list
                        ? Checked.ok(new MetadataForm(accepted.version()))
                        : notAcceptable(
                                "you requested PartialObjectMetadataList, but the requested object is not a list");
            default -> Checked.ok(new ObjectForm(served));
        };
    }

    private static Checked<Form> notAcceptable(String message) {
        return Checked.refused(
                io.shiplog.events.command.Refusal.of(io.shiplog.events.command.Refusal.Reason.NOT_ACCEPTABLE, message));
    }
}
