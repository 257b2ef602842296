package io.shiplog.node.server;

import io.shiplog.events.metrics.PrometheusText;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * {@code /metrics}, {@code /stats/summary}, {@code /pods} and {@code /configz}, as the kubelet serves them and with its rights.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/kubelet/server/auth.go">auth.go</a>
 */
final class NodeDoor {
    private static final String JSON = "application/json";

    private final Map<String, Page> pages;
    private final NodeView view;

    /** @param rights the subresources of which one is enough */
    private record Page(String contentType, List<String> rights, Supplier<String> text) {}

    NodeDoor(NodeView view) {
        this.view = view;
        this.pages = Map.of(
                "/metrics",
                numbers(view.stats()::node),
                "/metrics/cadvisor",
                numbers(view.stats()::cadvisor),
                "/metrics/resource",
                numbers(view.stats()::resource),
                "/pods",
                new Page(JSON, List.of("pods", "proxy"), view.pods()),
                "/configz",
                new Page(JSON, List.of("configz", "proxy"), view.config()),
                "/healthz",
                new Page("text/plain; charset=utf-8", List.of("healthz", "proxy"), () -> "ok"));
    }

    private static Page numbers(Supplier<String> text) {
        return new Page(PrometheusText.CONTENT_TYPE, List.of("metrics"), text);
    }

    private Page page(RequestHead head) {
        String path = head.path().length() > 1 && head.path().endsWith("/")
                ? head.path().substring(0, head.path().length() - 1)
                : head.path();
        if (path.equals("/stats") || path.equals("/stats/summary")) {
            boolean only = head.flag("only_cpu_and_memory");
            return new Page(JSON, List.of("stats"), () -> view.stats().summary(only));
        }
        return pages.getOrDefault(path, new Page("", List.of("proxy"), () -> ""));
    }

    /** Answers a page; false if the path is none. */
    boolean handle(Conversation conversation) throws IOException {
        Page page = page(conversation.head());
        if (page.contentType().isEmpty()) {
            return false;
        }
        conversation.answer(200, page.contentType(), page.text().get(), Map.of());
        return true;
    }

    /** Whether a client may send the request: one of system:masters always, others what their roles allow. */
    boolean allows(Conversation conversation) {
        return Callers.allowed(conversation.caller())
                || conversation.head().method().equals("GET")
                        && conversation.head().header(RequestHead.PROXY) == null
                        && !page(conversation.head()).contentType().isEmpty()
                        && page(conversation.head()).rights().stream()
                                .anyMatch(each -> view.rights().mayGet(Callers.actor(conversation.caller()), each));
    }
}
