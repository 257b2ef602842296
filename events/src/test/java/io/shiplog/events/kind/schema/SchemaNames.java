package io.shiplog.events.kind.schema;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The official names of schemas, {@code io.k8s.api.core.v1.Pod}, which the client's flat class names lack: {@code
 * schema-names.txt}.
 */
final class SchemaNames {
    /** {@code V1Pod}; {@code CoreV1Event} where two groups have a type of the same name. */
    private static final Pattern CLASS = Pattern.compile("^([A-Z][a-z]+)?V([0-9]+)([A-Z].*)$");

    private static final List<ApiPackage> PACKAGES = read();

    private SchemaNames() {}

    /**
     * The types of one version of a group.
     *
     * @param name {@code io.k8s.api.apps.v1}
     * @param group the API group; {@code *} for types that are of no group
     */
    record ApiPackage(String name, String group, TreeSet<String> types) {
        String version() {
            return name.substring(name.lastIndexOf('.') + 1);
        }

        /** {@code apps}, {@code core}: how the client's class names tell groups apart. */
        String shortName() {
            String before = name.substring(0, name.lastIndexOf('.'));
            return before.substring(before.lastIndexOf('.') + 1);
        }

        /** The client's class of a type. */
        Class<?> model(String type) {
            String version = version().toUpperCase(Locale.ROOT);
            String prefix = shortName().substring(0, 1).toUpperCase(Locale.ROOT)
                    + shortName().substring(1);
            try {
                return Class.forName(SchemaGenerator.MODELS + prefix + version + type);
            } catch (ClassNotFoundException e) {
                return SchemaGenerator.model(version + type);
            }
        }
    }

    static List<ApiPackage> packages() {
        return PACKAGES;
    }

    static String simple(Class<?> model) {
        return parts(model).group(3);
    }

    static String of(Class<?> model) {
        Matcher parts = parts(model);
        String prefix = parts.group(1) == null ? "" : parts.group(1).toLowerCase(Locale.ROOT);
        List<String> found = PACKAGES.stream()
                .filter(each -> each.types().contains(parts.group(3)))
                .filter(each -> each.version().equals("v" + parts.group(2)))
                .filter(each -> prefix.isEmpty() || each.shortName().equals(prefix))
                .map(each -> each.name() + "." + parts.group(3))
                .toList();
        if (found.size() != 1) {
            throw new IllegalStateException("schema-names.txt has " + found + " for " + model.getSimpleName());
        }
        return found.getFirst();
    }

    private static Matcher parts(Class<?> model) {
        Matcher matcher = CLASS.matcher(model.getSimpleName());
        if (!matcher.matches()) {
            throw new IllegalStateException("not a class of the API: " + model);
        }
        return matcher;
    }

    private static List<ApiPackage> read() {
        List<ApiPackage> all = new ArrayList<>();
        try (InputStream in = Objects.requireNonNull(
                        SchemaNames.class.getResourceAsStream("/io/shiplog/events/kind/schema-names.txt"));
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line : lines.lines().filter(l -> !l.startsWith("#")).toList()) {
                String[] words = line.strip().split(" ");
                if (line.startsWith(" ")) {
                    all.getLast().types().addAll(List.of(words));
                } else {
                    all.add(new ApiPackage(words[0], words[1].equals("-") ? "" : words[1], new TreeSet<>()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.copyOf(all);
    }
}
