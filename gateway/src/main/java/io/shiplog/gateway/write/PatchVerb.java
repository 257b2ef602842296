package io.shiplog.gateway.write;

import io.shiplog.events.command.Command.PatchObject;
import io.shiplog.events.command.PatchType;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.json.Json;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.http.RequestBody;
import io.shiplog.gateway.outcome.Checked;
import io.shiplog.gateway.view.Form;
import io.shiplog.gateway.view.ScaleView;
import io.shiplog.gateway.view.ServedKind;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * {@code PATCH …/{name}}: the content type selects one of the four forms.
 *
 * @see <a href="https://github.com/kubernetes/apiserver/blob/master/pkg/endpoints/handlers/patch.go">patch.go</a>
 */
public final class PatchVerb {

    public void patch(Exchange exchange, ServedKind served) {
        RequestBody.bytes(
                exchange,
                bytes -> exchange.checked(
                        type(RequestBody.mediaType(exchange.request()))
                                .then(type -> WriteOptions.of(exchange, "PatchOptions")
                                        .then(options -> Form.of(exchange, served, false)
                                                .map(form -> new Asked(type, options, form)))),
                        asked -> send(exchange, served, asked, Json.ofUtf8(bytes))));
    }

    private record Asked(PatchType type, WriteOptions options, Form form) {}

    private static void send(Exchange exchange, ServedKind served, Asked asked, Json patch) {
        String subresource = exchange.info().subresource();
        PatchObject command = new PatchObject(
                served.commandKey(exchange.info().namespace(), exchange.info().name()),
                subresource,
                asked.type(),
                patch,
                asked.options().validation());
        Decision.of(
                exchange,
                served,
                asked.options().dryRun(),
                command,
                accepted -> exchange.answer(
                        200,
                        subresource.equals("scale")
                                ? ScaleView.of(accepted.object())
                                : asked.form().single(accepted.object())));
    }

    private static Checked<PatchType> type(String mediaType) {
        for (PatchType type : PatchType.values()) {
            if (type.contentType().equals(mediaType)) {
                return type == PatchType.APPLY
                        ? refused(
                                "server-side apply is not served yet: use client-side apply (kubectl apply without --server-side)")
                        : Checked.ok(type);
            }
        }
        return refused("the body of the request was in an unknown format - accepted media types include: "
                + Arrays.stream(PatchType.values())
                        .filter(type -> type != PatchType.APPLY)
                        .map(PatchType::contentType)
                        .collect(Collectors.joining(", ")));
    }

    private static Checked<PatchType> refused(String message) {
        return Checked.refused(Refusal.of(Reason.UNSUPPORTED_MEDIA_TYPE, message));
    }
}
