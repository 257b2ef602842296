package io.shiplog.gateway.write;

import io.shiplog.events.command.Command;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.json.Json;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.http.FieldManagers;
import io.shiplog.gateway.http.InvalidOptions;
import io.shiplog.gateway.http.Yaml;
import io.shiplog.gateway.outcome.Checked;
import io.shiplog.gateway.view.ServedKind;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The query parameters of all writes.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/#dry-run">Dry run</a>, <a
 *     href="https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation">field validation</a>
 */
record WriteOptions(boolean dryRun, FieldValidation validation) {

    /** @param kind of the options, for messages: CreateOptions, UpdateOptions, PatchOptions, DeleteOptions */
    static Checked<WriteOptions> of(Exchange exchange, String kind) {
        return FieldManagers.checked(exchange.query().text("fieldManager"), kind)
                .then(manager -> ofManager(exchange, kind));
    }

    private static Checked<WriteOptions> ofManager(Exchange exchange, String kind) {
        return dryRun(exchange.query().all("dryRun"), kind)
                .then(dryRun -> validation(exchange.query().text("fieldValidation"), kind)
                        .map(validation -> new WriteOptions(dryRun, validation)));
    }

    static Checked<Boolean> dryRun(List<String> values, String kind) {
        for (String value : values) {
            if (!value.equals("All") && !value.isEmpty()) {
                String all = values.stream().map(each -> '"' + each + '"').collect(Collectors.joining(",", "[", "]"));
                return InvalidOptions.unsupported(kind, "dryRun", all, "\"All\"");
            }
        }
        return Checked.ok(values.contains("All"));
    }

    private static Checked<FieldValidation> validation(String value, String kind) {
        return switch (value) {
            case "", "Warn" -> Checked.ok(FieldValidation.WARN);
            case "Strict" -> Checked.ok(FieldValidation.STRICT);
            case "Ignore" -> Checked.ok(FieldValidation.IGNORE);
            default ->
                InvalidOptions.unsupported(
                        kind, "fieldValidation", '"' + value + '"', "\"\", \"Ignore\", \"Strict\", \"Warn\"");
        };
    }

    /** The body of an object of this kind. Fields that a YAML text sets twice are refused or warned about, as the client wants. */
    Checked<Json> body(Exchange exchange, ServedKind served, Yaml.Document document) {
        String kind = served.kind().kind();
        return onceEach(
                exchange,
                document,
                "%s in version \"%s\" cannot be handled as a %s: strict decoding error: "
                        .formatted(kind, served.version(), kind));
    }

    /** The configuration of a server-side apply; else as {@link #body}. */
    Checked<Json> configuration(Exchange exchange, Yaml.Document document) {
        return onceEach(exchange, document, "error strict decoding YAML: error converting YAML to JSON: ");
    }

    private Checked<Json> onceEach(Exchange exchange, Yaml.Document document, String prefix) {
        if (document.repeated().isEmpty() || validation == FieldValidation.IGNORE) {
            return Checked.ok(document.json());
        }
        if (validation == FieldValidation.STRICT) {
            return Checked.bad(prefix + "yaml: unmarshal errors:\n  " + String.join("\n  ", document.repeated()));
        }
        exchange.warn(document.repeated());
        return Checked.ok(document.json());
    }

    /** A user's command: the root of its own chain of causes. */
    static CommandRequest request(Exchange exchange, boolean dryRun, Command command) {
        String id = UUID.randomUUID().toString();
        return new CommandRequest(
                id, exchange.actor(), null, id, dryRun, exchange.info().version(), exchange.fieldManager(), command);
    }
}
