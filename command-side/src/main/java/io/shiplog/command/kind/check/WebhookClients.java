package io.shiplog.command.kind.check;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;

/**
 * How to reach a webhook: by URL, or by Service.
 *
 * @see <a href="https://github.com/kubernetes/apiserver/blob/master/pkg/util/webhook/validation.go">webhook/validation.go</a>
 */
public final class WebhookClients {
    private static final String FORM = "; desired format: https://host[/path]";

    private WebhookClients() {}

    /** Exactly one of {@code url} and {@code service}. */
    public static void check(JsonNode client, String path, FieldErrors errors) {
        boolean byUrl = client.hasNonNull("url");
        if (byUrl == client.hasNonNull("service")) {
            errors.required(path, "exactly one of url or service is required");
        } else if (byUrl) {
            url(text(client, "url"), path + ".url", errors);
        } else {
            service(client.path("service"), path + ".service", errors);
        }
    }

    private static void url(String text, String path, FieldErrors errors) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            errors.required(path, "url must be a valid URL: parse \"" + text + "\": " + e.getReason() + FORM);
            return;
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme();
        if (!scheme.equals("https")) {
            errors.invalid(path, scheme, "'https' is the only allowed URL scheme" + FORM);
        }
        if (uri.getHost() == null) {
            errors.invalid(path, "", "host must be specified" + FORM);
        }
        if (uri.getRawUserInfo() != null) {
            errors.invalid(path, uri.getRawUserInfo(), "user information is not permitted in the URL");
        }
        if (uri.getRawFragment() != null && !uri.getRawFragment().isEmpty()) {
            errors.invalid(path, uri.getRawFragment(), "fragments are not permitted in the URL");
        }
        if (uri.getRawQuery() != null && !uri.getRawQuery().isEmpty()) {
            errors.invalid(path, uri.getRawQuery(), "query parameters are not permitted in the URL");
        }
    }

    /** Kubernetes reports a missing name as a missing namespace, and the other way round. */
    private static void service(JsonNode service, String path, FieldErrors errors) {
        if (text(service, "namespace").isEmpty()) {
            errors.required(path + ".name", "");
        }
        if (text(service, "name").isEmpty()) {
            errors.required(path + ".namespace", "");
        }
        int port = service.path("port").asInt();
        List<String> wrong = Names.port(port);
        if (!wrong.isEmpty()) {
            errors.invalid(path + ".port", port, "port is not valid: " + String.join(", ", wrong));
        }
        path(text(service, "path"), path + ".path", errors);
    }

    private static void path(String value, String path, FieldErrors errors) {
        if (value.isEmpty() || value.equals("/")) {
            return;
        }
        if (value.equals("//")) {
            errors.invalid(path, value, "segment[0] may not be empty");
            return;
        }
        if (!value.startsWith("/")) {
            errors.invalid(path, value, "must start with a '/'");
        }
        String rest = value.substring(1);
        String[] steps = (rest.endsWith("/") ? rest.substring(0, rest.length() - 1) : rest).split("/", -1);
        for (int i = 0; i < steps.length; i++) {
            if (steps[i].isEmpty()) {
                errors.invalid(path, value, "segment[" + i + "] may not be empty");
                continue;
            }
            for (String wrong : Names.subdomain(steps[i])) {
                errors.invalid(path, value, "segment[" + i + "]: " + wrong);
            }
        }
    }
}
