package io.shiplog.gateway.http;

import io.shiplog.events.object.ResourceType;
import io.shiplog.gateway.outcome.Checked;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The attributes of a request from its path and method, before it is known whether they exist.
 *
 * @param path the decoded path, without the moment
 * @param resource empty for a non-resource path: discovery, health, OpenAPI
 * @param verb get, list, watch, create, update, patch, delete, deletecollection; for a non-resource path the method in lower
 *     case
 * @param tail the rest after the subresource
 * @see <a href="https://github.com/kubernetes/apiserver/blob/master/pkg/endpoints/request/requestinfo.go">RequestInfo</a>
 */
public record RequestInfo(
        String path,
        String verb,
        String group,
        String version,
        String namespace,
        String resource,
        String name,
        String subresource,
        List<String> tail) {

    /** Segments of {@code /namespaces/{name}/…} that are subresources of the namespace, not resources in it. */
    private static final Set<String> NAMESPACE_SUBRESOURCES = Set.of("status", "finalize");

    private static final String WATCH = "watch";

    public boolean aboutResource() {
        return !resource.isEmpty();
    }

    public ResourceType type() {
        return new ResourceType(group, resource);
    }

    /** The resource in permissions: {@code pods/log}. */
    public String resourceWithSubresource() {
        return subresource.isEmpty() ? resource : resource + "/" + subresource;
    }

    /**
     * Parses a path.
     *
     * @param rawPath percent-encoded, beginning with a slash
     * @param watching whether the query has {@code watch=true}
     * @param selectedName the value of a {@code metadata.name} field selector, or empty: a list of one is about that name
     */
    public static RequestInfo of(String method, String rawPath, boolean watching, String selectedName) {
        List<String> parts = segments(rawPath);
        String path = rawPath.indexOf('%') < 0 ? rawPath : "/" + String.join("/", parts);
        boolean legacy = parts.size() >= 3 && parts.get(0).equals("api");
        boolean grouped = parts.size() >= 4 && parts.get(0).equals("apis");
        if (!legacy && !grouped) {
            return new RequestInfo(path, method.toLowerCase(java.util.Locale.ROOT), "", "", "", "", "", "", List.of());
        }
        String group = legacy ? "" : parts.get(1);
        String version = parts.get(legacy ? 1 : 2);
        List<String> rest = parts.subList(legacy ? 2 : 3, parts.size());
        // The old paths of watches, /api/v1/watch/pods, name a collection or an object. Whatever the method is, this is
        // the verb.
        boolean legacyWatch = rest.size() > 1 && rest.get(0).equals(WATCH);
        if (legacyWatch) {
            rest = rest.subList(1, rest.size());
        }
        String namespace = "";
        if (rest.size() > 1 && rest.get(0).equals("namespaces")) {
            namespace = rest.get(1);
            if (rest.size() > 2 && !NAMESPACE_SUBRESOURCES.contains(rest.get(2))) {
                rest = rest.subList(2, rest.size());
            }
        }
        String resource = rest.get(0);
        String name = rest.size() > 1 ? rest.get(1) : "";
        String subresource = rest.size() > 2 ? rest.get(2) : "";
        List<String> tail = rest.size() > 3 ? List.copyOf(rest.subList(3, rest.size())) : List.of();
        String verb = legacyWatch ? WATCH : verb(method, name, watching);
        if (name.isEmpty() && (verb.equals("list") || verb.equals("watch"))) {
            name = selectedName;
        }
        return new RequestInfo(path, verb, group, version, namespace, resource, name, subresource, tail);
    }

    /**
     * {@link #of}; refused if the path has an invalid escape, or bytes that are not UTF-8.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc3986#section-2.1">RFC 3986, percent-encoding</a>
     */
    public static Checked<RequestInfo> read(String method, String rawPath, boolean watching, String selectedName) {
        return rawPath.indexOf('%') < 0 || Percent.isUtf8(rawPath)
                ? Checked.ok(of(method, rawPath, watching, selectedName))
                : Checked.bad("invalid URL escape in the path");
    }

    private static String verb(String method, String name, boolean watching) {
        return switch (method) {
            case "GET", "HEAD" -> !name.isEmpty() ? "get" : watching ? WATCH : "list";
            case "POST" -> "create";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> name.isEmpty() ? "deletecollection" : "delete";
            default -> method.toLowerCase(java.util.Locale.ROOT);
        };
    }

    /** The segments of a path, decoded, empty ones omitted. */
    static List<String> segments(String rawPath) {
        List<String> parts = new ArrayList<>(8);
        int start = 0;
        for (int i = 0; i <= rawPath.length(); i++) {
            if (i == rawPath.length() || rawPath.charAt(i) == '/') {
                if (i > start) {
                    parts.add(decoded(rawPath.substring(start, i)));
                }
                start = i + 1;
            }
        }
        return parts;
    }

    private static String decoded(String part) {
        if (part.indexOf('%') < 0) {
            return part;
        }
        try {
            return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return part; // not an encoding: no object has such a name
        }
    }
}
