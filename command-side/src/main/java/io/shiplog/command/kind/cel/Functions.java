package io.shiplog.command.kind.cel;

import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Kubernetes' own functions.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-cel-libraries">Kubernetes CEL libraries</a>
 */
final class Functions {
    private static final String RESOURCE = "functions.txt";
    private static final Pattern LINE = Pattern.compile("(.+)\\((.*)\\) (.+)");

    /** Receivers that are part of a function's name. */
    private static final List<String> NAMESPACES = List.of("ip", "format", "jsonpatch", "strings");

    private Functions() {}

    static List<CelFunctionDecl> all() {
        Map<String, List<CelOverloadDecl>> byName = new LinkedHashMap<>();
        for (String line : lines()) {
            Matcher matcher = LINE.matcher(line);
            if (!line.startsWith("#") && matcher.matches()) {
                add(byName, matcher.group(1), TypeNames.split(matcher.group(2)), TypeNames.of(matcher.group(3)), line);
            }
        }
        return byName.entrySet().stream()
                .map(each -> CelFunctionDecl.newFunctionDeclaration(each.getKey(), each.getValue()))
                .toList();
    }

    private static void add(
            Map<String, List<CelOverloadDecl>> byName,
            String named,
            List<String> arguments,
            CelType result,
            String id) {
        int dot = named.lastIndexOf('.');
        String receiver = dot < 0 ? "" : named.substring(0, dot);
        boolean member = dot >= 0 && !NAMESPACES.contains(receiver);
        List<CelType> types = new ArrayList<>();
        if (member) {
            types.add(TypeNames.of(receiver));
        }
        arguments.forEach(each -> types.add(TypeNames.of(each)));
        byName.computeIfAbsent(member ? named.substring(dot + 1) : named, name -> new ArrayList<>())
                .add(
                        member
                                ? CelOverloadDecl.newMemberOverload(id, result, types)
                                : CelOverloadDecl.newGlobalOverload(id, result, types));
    }

    private static List<String> lines() {
        try (InputStream in = Objects.requireNonNull(Functions.class.getResourceAsStream(RESOURCE), RESOURCE)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
