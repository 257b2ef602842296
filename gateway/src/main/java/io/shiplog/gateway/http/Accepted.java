package io.shiplog.gateway.http;

import io.shiplog.events.command.Refusal;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The format that a client accepts: the first served clause of its {@code Accept} header.
 *
 * @param as {@code Table}, {@code PartialObjectMetadata}, {@code PartialObjectMetadataList}, {@code APIGroupDiscoveryList};
 *     empty for the object itself
 * @param group the group of {@code as}
 * @param version the version of {@code as}
 */
public record Accepted(Text text, String as, String group, String version) {
    /** How many distinct headers are cached; clients send a handful. */
    private static final int MAX_REMEMBERED = 256;

    private static final int MAX_REMEMBERED_CHARS = 512;

    /** The object itself, as JSON: the default. */
    public static final Accepted JSON = new Accepted(Text.JSON, "", "", "");

    private static final List<String> TYPES =
            Stream.of(Text.values()).map(Text::contentType).toList();

    /** Types that can be watched: YAML has no frames. */
    private static final List<String> STREAMS = Stream.of(Text.JSON, Text.PROTOBUF)
            .map(text -> text.contentType() + ";stream=watch")
            .toList();

    private static final ObjectKey NO_OBJECT = ObjectKey.of(new ResourceType("", ""), "", "");

    private record Header(String text, boolean messages) {}

    private static final Map<Header, Accepted> REMEMBERED = new ConcurrentHashMap<>();

    /** The output formats. */
    public enum Text {
        JSON("application/json"),
        YAML("application/yaml"),
        PROTOBUF("application/vnd.kubernetes.protobuf");

        private final String contentType;

        Text(String contentType) {
            this.contentType = contentType;
        }

        public String contentType() {
            return contentType;
        }
    }

    /**
     * The accepted format, null if none is served: 406.
     *
     * @param messages whether what is answered has a protobuf message
     */
    public static @Nullable Accepted of(@Nullable String header, boolean messages) {
        if (header == null || header.isBlank()) {
            return JSON;
        }
        Header asked = new Header(header, messages);
        Accepted known = REMEMBERED.get(asked);
        if (known != null) {
            return known;
        }
        Accepted read = served(header)
                .filter(each -> messages || each.text != Text.PROTOBUF)
                .findFirst()
                .orElse(null);
        if (read != null && header.length() <= MAX_REMEMBERED_CHARS && REMEMBERED.size() < MAX_REMEMBERED) {
            REMEMBERED.put(asked, read);
        }
        return read;
    }

    /** Whether a header accepts objects as they are, not only as tables or metadata. */
    public static boolean acceptsObjects(@Nullable String header) {
        return header == null || header.isBlank() || served(header).anyMatch(each -> each.as.isEmpty());
    }

    /**
     * 406 if a header names no type that a path answers with. Kubernetes looks at this before it reads the header's parameters, and knows no {@code
     * application/*} there.
     *
     * @param list whether the path is that of a list, which can be watched
     * @return null if the header names one
     */
    public static @Nullable Refusal unproducible(@Nullable String header, boolean list) {
        if (header == null || header.isBlank()) {
            return null;
        }
        for (String clause : header.split(",", -1)) {
            String type = clause.split(";", 2)[0].trim();
            if (type.equals("*/*") || TYPES.contains(type)) {
                return null;
            }
        }
        Stream<String> streams = list ? STREAMS.stream() : Stream.empty();
        return new Refusal(
                Refusal.Reason.NOT_ACCEPTABLE,
                "406: Not Acceptable\n\nAvailable representations: "
                        + Stream.concat(TYPES.stream(), streams).collect(Collectors.joining(", ")),
                NO_OBJECT,
                null,
                List.of(),
                0);
    }

    /**
     * 406, with Kubernetes' message.
     *
     * @param messages whether what is answered has a protobuf message
     * @param more types that are served only at some paths
     */
    public static Refusal refusal(boolean messages, String... more) {
        return only(Stream.concat(
                TYPES.stream().filter(type -> messages || !type.equals(Text.PROTOBUF.contentType())), Stream.of(more)));
    }

    /** 406 for a watch in a format without frames. @param messages whether the kind has a protobuf message */
    public static Refusal unwatchable(boolean messages) {
        return only(STREAMS.stream().limit(messages ? STREAMS.size() : 1));
    }

    private static Refusal only(Stream<String> types) {
        return Refusal.of(
                Refusal.Reason.NOT_ACCEPTABLE,
                "only the following media types are accepted: " + types.collect(Collectors.joining(", ")));
    }

    /** What is served of it, the best first. */
    private static Stream<Accepted> served(String header) {
        return Arrays.stream(header.split(","))
                .map(Clause::of)
                .sorted((a, b) -> Double.compare(b.quality, a.quality))
                .map(Clause::served)
                .filter(Objects::nonNull);
    }

    private record Clause(String type, Map<String, String> parameters, double quality) {
        static Clause of(String text) {
            String[] parts = text.split(";");
            Map<String, String> parameters = new HashMap<>();
            for (int i = 1; i < parts.length; i++) {
                String[] pair = parts[i].trim().split("=", 2);
                parameters.put(pair[0], pair.length > 1 ? pair[1] : "");
            }
            double quality = 1;
            try {
                quality = Double.parseDouble(parameters.getOrDefault("q", "1"));
            } catch (NumberFormatException ignored) {
                // as if it were absent
            }
            return new Clause(parts.length == 0 ? "" : parts[0].trim().toLowerCase(Locale.ROOT), parameters, quality);
        }

        @Nullable Accepted served() {
            Text text = switch (type) {
                case "application/json", "*/*", "application/*" -> Text.JSON;
                case "application/yaml" -> Text.YAML;
                case "application/vnd.kubernetes.protobuf" -> Text.PROTOBUF;
                default -> null;
            };
            if (text == null) {
                return null;
            }
            String as = parameters.getOrDefault("as", "");
            String group = parameters.getOrDefault("g", "");
            String version = parameters.getOrDefault("v", "");
            boolean known = switch (as) {
                case "" -> true;
                // A table has no message, as in Kubernetes; metadata have one in v1.
                case "Table" ->
                    text != Text.PROTOBUF
                            && group.equals("meta.k8s.io")
                            && (version.equals("v1") || version.equals("v1beta1"));
                case "PartialObjectMetadata", "PartialObjectMetadataList" ->
                    group.equals("meta.k8s.io")
                            && (version.equals("v1") || version.equals("v1beta1") && text != Text.PROTOBUF);
                case "APIGroupDiscoveryList" ->
                    text != Text.PROTOBUF
                            && group.equals("apidiscovery.k8s.io")
                            && (version.equals("v2") || version.equals("v2beta1"));
                default -> false;
            };
            return known ? new Accepted(text, as, group, version) : null;
        }
    }
}
