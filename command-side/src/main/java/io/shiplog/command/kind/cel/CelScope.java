package io.shiplog.command.kind.cel;

import com.google.common.collect.ImmutableSet;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelSource;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypes;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import io.shiplog.command.kind.check.FieldErrors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The variables that an expression can use, with their types. Compiles expressions with Kubernetes' messages. Immutable.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/cel/">Common Expression Language in Kubernetes</a>
 */
public final class CelScope {
    private static final CelOptions OPTIONS = CelOptions.current()
            .enableHeterogeneousNumericComparisons(true)
            .enableOptionalSyntax(true)
            .build();

    /** Made once, at the first expression: most clusters have none. */
    private static final class Language {
        static final CelCompiler COMPILER = CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(OPTIONS)
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .addLibraries(
                        CelExtensions.strings(),
                        CelExtensions.sets(OPTIONS),
                        CelExtensions.lists(),
                        CelExtensions.optional(),
                        CelExtensions.comprehensions())
                .addFunctionDeclarations(Functions.all())
                .build();
    }

    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    /** A name and whether it makes an object. No character is looked at again for each of its predecessors. */
    private static final Pattern WORD = Pattern.compile("([A-Za-z0-9_.]++)( *+\\{)?");

    /** Maximum Unicode characters of an expression, as in Kubernetes. */
    private static final int MAX_CODE_POINTS = 100_000;
    /** Maximum errors of one expression in its message, as in Kubernetes: each shows the whole line. */
    private static final int MAX_ISSUES = 100;

    private final Map<String, CelType> variables;
    private final List<StructType> structs;
    private final boolean patches;

    private CelScope(Map<String, CelType> variables, List<StructType> structs, boolean patches) {
        this.variables = variables;
        this.structs = structs;
        this.patches = patches;
    }

    /**
     * A request that is to be admitted.
     *
     * @param params whether there is an object with parameters
     * @param authorizer whether rights can be asked for
     */
    public static CelScope ofRequest(boolean params, boolean authorizer) {
        Map<String, CelType> variables = new LinkedHashMap<>();
        variables.put("object", SimpleType.DYN);
        variables.put("oldObject", SimpleType.DYN);
        variables.put("namespaceObject", TypeNames.of("struct:kubernetes.Namespace"));
        variables.put("request", TypeNames.of("struct:kubernetes.AdmissionRequest"));
        if (params) {
            variables.put("params", SimpleType.DYN);
        }
        if (authorizer) {
            variables.put("authorizer", TypeNames.of("kubernetes.authorization.Authorizer"));
            variables.put("authorizer.requestResource", TypeNames.of("kubernetes.authorization.ResourceCheck"));
        }
        return new CelScope(variables, KnownStructs.REQUEST, false);
    }

    /** A device that a claim may get. */
    public static CelScope ofDevice() {
        return new CelScope(Map.of("device", TypeNames.of("struct:kubernetes.DRADevice")), KnownStructs.DEVICE, false);
    }

    /** The same, for expressions that make changes: {@code Object{…}} and {@code JSONPatch{…}}. */
    public CelScope ofPatches() {
        return new CelScope(variables, structs, true);
    }

    /** The same with a variable {@code variables} that has these fields; none if there are no fields. */
    public CelScope with(Map<String, Compiled> fields) {
        if (fields.isEmpty()) {
            return this;
        }
        Map<String, CelType> types = new LinkedHashMap<>();
        fields.forEach((name, value) -> types.put(name, value.type()));
        StructType struct = TypeNames.struct("kubernetes.variables", types);
        Map<String, CelType> next = new LinkedHashMap<>(variables);
        next.put("variables", TypeNames.of("struct:" + struct.name()));
        List<StructType> all = new ArrayList<>(structs);
        all.add(struct);
        return new CelScope(next, all, patches);
    }

    /**
     * A compiled expression.
     *
     * @param problem why it does not compile; null if it does
     */
    public static final class Compiled {
        private final @Nullable String problem;
        private final CelType type;

        private Compiled(@Nullable String problem, CelType type) {
            this.problem = problem;
            this.type = type;
        }

        /** Why it does not compile; null if it does. */
        public @Nullable String problem() {
            return problem;
        }

        private CelType type() {
            return type;
        }

        /** The name of the type of its value: {@code bool}, {@code list(string)}, {@code dyn}. */
        public String result() {
            return CelTypes.format(type);
        }
    }

    /** Compiles an expression. It costs time in proportion to its length; one that is too long costs none. */
    public Compiled compile(String expression) {
        int size = expression.codePointCount(0, expression.length());
        if (size > MAX_CODE_POINTS) {
            return new Compiled(
                    "compilation failed: ERROR: <input>:-1:0: expression code point size exceeds limit: size: %d, limit %d"
                            .formatted(size, MAX_CODE_POINTS),
                    SimpleType.DYN);
        }
        List<StructType> all = new ArrayList<>(structs);
        if (patches) {
            all.addAll(patchTypes(expression));
        }
        CelCompilerBuilder builder =
                Language.COMPILER.toCompilerBuilder().setTypeProvider(TypeNames.provider(List.copyOf(all)));
        variables.forEach(builder::addVar);
        CelValidationResult result = builder.build().compile(expression, "<input>");
        if (result.hasError()) {
            return new Compiled("compilation failed: " + message(result, expression), SimpleType.DYN);
        }
        try {
            return new Compiled(null, result.getAst().getResultType());
        } catch (CelValidationException e) {
            throw new IllegalStateException("a result without an error has a tree", e);
        }
    }

    /**
     * Compiles an expression that must have a value of one type.
     *
     * @param results the names of the types
     * @return why it does not compile or is of another type; null if it is as wanted
     */
    public @Nullable String problem(String expression, List<String> results) {
        Compiled compiled = compile(expression);
        if (compiled.problem() != null || results.contains(compiled.result())) {
            return compiled.problem();
        }
        return results.size() == 1
                ? "must evaluate to %s but got %s".formatted(results.getFirst(), compiled.result())
                : "must evaluate to one of [%s] but got %s".formatted(String.join(" ", results), compiled.result());
    }

    /** The types of changes have all fields: which there are is known when a change is applied. Any word of the expression may be one. */
    private static List<StructType> patchTypes(String expression) {
        ImmutableSet.Builder<String> identifiers = ImmutableSet.builder();
        Matcher identifier = IDENTIFIER.matcher(expression);
        while (identifier.find()) {
            identifiers.add(identifier.group());
        }
        ImmutableSet<String> fields = identifiers.build();
        Set<String> names = new LinkedHashSet<>();
        Matcher word = WORD.matcher(expression);
        while (word.find()) {
            String name = word.group(1).startsWith(".") ? word.group(1).substring(1) : word.group(1);
            if (word.group(2) != null && (name.startsWith("Object") || name.equals("JSONPatch"))) {
                names.add(name);
            }
        }
        return names.stream()
                .map(name -> StructType.create(name, fields, field -> Optional.of(SimpleType.DYN)))
                .toList();
    }

    /** The errors as Kubernetes' compiler writes them. */
    private static String message(CelValidationResult result, String expression) {
        CelSource source = result.getSource();
        List<CelIssue> issues = result.getErrors();
        List<String> shown = new ArrayList<>();
        int characters = 0;
        for (CelIssue issue : issues) {
            if (shown.size() == MAX_ISSUES || characters >= FieldErrors.MAX_CHARACTERS) {
                shown.add("%d more errors were truncated".formatted(issues.size() - shown.size()));
                break;
            }
            String message = expression.isEmpty() ? ofNothing(issue) : issue.toDisplayString(source);
            shown.add(inKubernetesWords(message));
            characters += message.length();
        }
        return String.join("\n", shown);
    }

    private static String ofNothing(CelIssue issue) {
        return "ERROR: <input>:1:0: " + issue.getMessage();
    }

    private static final Pattern OVERLOADS = Pattern.compile(" \\(candidates: .*\\)(?=\n|$)");
    private static final Pattern AFTER_THE_END = Pattern.compile(" expecting \\{<EOF>,[^\n]*");
    private static final Pattern OF_THE_PARSER = Pattern.compile(
            "^(ERROR: <input>:\\d+:\\d+: )(?=mismatched input |no viable alternative |token recognition error|extraneous input |missing )");

    /** Looks at the first line alone, unless it is very long: the others are the client's text, and the patterns cost more than its length. */
    private static String inKubernetesWords(String message) {
        int end = message.indexOf('\n');
        String first = end < 0 ? message : message.substring(0, end);
        return first.length() > FieldErrors.MAX_SHOWN
                ? message
                : firstInKubernetesWords(first) + message.substring(first.length());
    }

    private static String firstInKubernetesWords(String line) {
        String named = OVERLOADS.matcher(line).replaceAll("");
        String shorter = AFTER_THE_END.matcher(named).replaceAll(" expecting <EOF>");
        return OF_THE_PARSER.matcher(shorter).replaceAll("$1Syntax error: ");
    }
}
