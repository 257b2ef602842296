package io.shiplog.gateway.write;

import io.shiplog.events.command.Command;
import io.shiplog.events.command.Command.ApplyObject;
import io.shiplog.events.command.Command.PatchObject;
import io.shiplog.events.command.CommandResult.Accepted;
import io.shiplog.events.command.CommandResult.Outcome;
import io.shiplog.events.command.PatchType;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.Scale;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.http.InvalidOptions;
import io.shiplog.gateway.http.RequestBody;
import io.shiplog.gateway.http.Yaml;
import io.shiplog.gateway.outcome.Checked;
import io.shiplog.gateway.view.Form;
import io.shiplog.gateway.view.ServedKind;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code PATCH …/{name}}: the content type selects a patch form or server-side apply.
 *
 * @see <a href="https://github.com/kubernetes/apiserver/blob/master/pkg/endpoints/handlers/patch.go">patch.go</a>
 */
public final class PatchVerb {
    private static final String OPTIONS = "PatchOptions";
    private static final String APPLY = "application/apply-patch+yaml";

    public void patch(Exchange exchange, ServedKind served) {
        RequestBody.bytes(
                exchange,
                bytes -> exchange.checked(
                        form(RequestBody.mediaType(exchange.request()))
                                .then(type -> options(exchange, type.isEmpty())
                                        .then(options -> Form.of(exchange, served, false)
                                                .then(form -> command(exchange, served, type, options, bytes)
                                                        .map(command -> new Asked(command, options, form))))),
                        asked -> send(exchange, served, asked)));
    }

    private record Asked(Command command, WriteOptions options, Form form) {}

    private static void send(Exchange exchange, ServedKind served, Asked asked) {
        Decision.of(
                exchange,
                served,
                asked.options().dryRun(),
                asked.command(),
                accepted -> exchange.answer(
                        accepted.outcome() == Outcome.CREATED ? 201 : 200, answer(exchange, asked, accepted)));
    }

    private static Json answer(Exchange exchange, Asked asked, Accepted accepted) {
        return exchange.info().subresource().equals("scale")
                ? Scale.of(accepted.object())
                : asked.form().single(accepted.object());
    }

    /** The patch's form; none for a server-side apply. */
    private static Checked<Optional<PatchType>> form(String mediaType) {
        if (mediaType.equals(APPLY)) {
            return Checked.ok(Optional.empty());
        }
        for (PatchType type : PatchType.values()) {
            if (type.contentType().equals(mediaType)) {
                return Checked.ok(Optional.of(type));
            }
        }
        return Checked.refused(Refusal.of(
                Reason.UNSUPPORTED_MEDIA_TYPE,
                "the body of the request was in an unknown format - accepted media types include: "
                        + Stream.concat(Arrays.stream(PatchType.values()).map(PatchType::contentType), Stream.of(APPLY))
                                .collect(Collectors.joining(", "))));
    }

    private static Checked<WriteOptions> options(Exchange exchange, boolean applies) {
        if (applies && exchange.query().text("fieldManager").isEmpty()) {
            return InvalidOptions.of(
                    OPTIONS, "fieldManager", "FieldValueRequired", "Required value: is required for apply patch");
        }
        if (!applies && !exchange.query().all("force").isEmpty()) {
            return InvalidOptions.of(
                    OPTIONS, "force", "FieldValueForbidden", "Forbidden: may not be specified for non-apply patch");
        }
        return WriteOptions.of(exchange, OPTIONS);
    }

    private static Checked<Command> command(
            Exchange exchange, ServedKind served, Optional<PatchType> type, WriteOptions options, byte[] bytes) {
        ObjectKey key =
                served.commandKey(exchange.info().namespace(), exchange.info().name());
        String subresource = exchange.info().subresource();
        if (type.isPresent()) {
            return Checked.ok(new PatchObject(key, subresource, type.get(), Json.ofUtf8(bytes), options.validation()));
        }
        return Yaml.configuration(bytes)
                .then(document -> options.configuration(exchange, document))
                .map(config -> new ApplyObject(
                        key,
                        subresource,
                        config,
                        options.validation(),
                        force(exchange),
                        UpdateVerb.mayCreate(exchange)));
    }

    /** As Kubernetes reads booleans: any value but these two means true. */
    private static boolean force(Exchange exchange) {
        return exchange.query().all("force").stream()
                .findFirst()
                .map(value -> !value.equals("false") && !value.equals("0"))
                .orElse(false);
    }
}
