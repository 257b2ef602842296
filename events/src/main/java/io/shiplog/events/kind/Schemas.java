package io.shiplog.events.kind;

import io.shiplog.events.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The schemas of the built-in kinds, of the bodies of their subresources, and of the types they refer to. The compact form is
 * loaded once, on first use, and kept; the OpenAPI text with its descriptions is read on every call.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-v3">OpenAPI v3</a>
 */
public final class Schemas {
    private static final String RESOURCE = "openapi.json";
    private static final String GO_TYPES = "go-types.txt";
    private static final String GO_ZEROS = "go-zeros.txt";

    private final Map<String, Schema.Struct> byName;
    private final Map<GroupVersionKind, Schema.Struct> byKind;

    Schemas(Map<String, Schema.Struct> byName, Map<GroupVersionKind, Schema.Struct> byKind) {
        this.byName = Map.copyOf(byName);
        this.byKind = Map.copyOf(byKind);
    }

    record GroupVersionKind(String group, String version, String kind) {}

    /** The built-in schemas. */
    public static Schemas builtIn() {
        return BuiltIn.SCHEMAS;
    }

    /** The schema of a kind (or its list, {@code PodList}), or null. */
    public Schema.@Nullable Struct of(String group, String version, String kind) {
        return byKind.get(new GroupVersionKind(group, version, kind));
    }

    /** The schema of a kind in its stored form, or null. */
    public Schema.@Nullable Struct of(KindDescription kind) {
        return of(kind.storedAs().group(), kind.preferredVersion(), kind.kind());
    }

    /** The schema with an official name such as {@code io.k8s.api.core.v1.Pod}, or null. */
    public Schema.@Nullable Struct named(String name) {
        return byName.get(name);
    }

    /**
     * OpenAPI v3 of all schemas: one JSON object, {@code {"io.k8s.api.core.v1.Pod": {…}, …}}, one schema per line, sorted by
     * name. References read {@code #/components/schemas/<name>} and are in {@code allOf} with one entry, as the official
     * documents have them; kinds carry {@code x-kubernetes-group-version-kind}. About 370 KB: call once and cache the result.
     */
    public static Json openApi() {
        try (InputStream in = Objects.requireNonNull(Schemas.class.getResourceAsStream(RESOURCE), RESOURCE)) {
            return Json.ofUtf8(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class BuiltIn {
        static final Schemas SCHEMAS = read();

        private static Schemas read() {
            return SchemaReader.read(openApi(), lines(GO_TYPES), lines(GO_ZEROS));
        }

        private static Stream<String> lines(String resource) {
            try (InputStream in = Objects.requireNonNull(Schemas.class.getResourceAsStream(resource), resource)) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
