package io.shiplog.gateway.stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.gateway.http.Query;
import io.shiplog.gateway.outcome.Checked;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a stream is to be connected with.
 *
 * @param container empty for a port-forward
 * @param command of an exec
 * @param path the kubelet's own, with its query
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/registry/core/pod/strategy.go">streamLocation</a>
 */
record StreamOptions(String container, List<String> command, String path) {
    private static final List<String> LISTS = List.of("containers", "initContainers", "ephemeralContainers");

    StreamOptions {
        command = List.copyOf(command);
    }

    /**
     * The options of a request.
     *
     * @param verb {@code exec}, {@code attach} or {@code portforward}
     */
    static Checked<StreamOptions> of(String verb, Query query, JsonNode pod, String namespace, String name) {
        if (verb.equals("portforward")) {
            String path = "/portForward/%s/%s".formatted(encoded(namespace), encoded(name));
            String ports = String.join(",", query.all("ports"));
            return Checked.ok(
                    new StreamOptions("", List.of(), ports.isEmpty() ? path : path + "?port=" + encoded(ports)));
        }
        List<String> command = verb.equals("exec") ? query.all("command") : List.of();
        return container(query.text("container"), pod, name).map(container -> {
            List<String> parameters = new ArrayList<>();
            flag(query, "stdin", "input", parameters);
            flag(query, "stdout", "output", parameters);
            flag(query, "stderr", "error", parameters);
            flag(query, "tty", "tty", parameters);
            command.forEach(word -> parameters.add("command=" + encoded(word)));
            String path = "/%s/%s/%s/%s?%s"
                    .formatted(
                            verb, encoded(namespace), encoded(name), encoded(container), String.join("&", parameters));
            return new StreamOptions(container, command, path);
        });
    }

    private static void flag(Query query, String name, String theirs, List<String> parameters) {
        if (query.flag(name)) {
            parameters.add(theirs + "=1");
        }
    }

    private static Checked<String> container(String wanted, JsonNode pod, String name) {
        List<String> all = new ArrayList<>();
        LISTS.forEach(list -> pod.path("spec")
                .path(list)
                .forEach(container -> all.add(container.path("name").asText())));
        if (!wanted.isEmpty()) {
            return all.contains(wanted)
                    ? Checked.ok(wanted)
                    : Checked.bad("container %s is not valid for pod %s".formatted(wanted, name));
        }
        return pod.path("spec").path("containers").size() == 1
                ? Checked.ok(all.getFirst())
                : Checked.bad("a container name must be specified for pod %s, choose one of: [%s]"
                        .formatted(name, String.join(" ", all)));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
