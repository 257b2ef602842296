package io.shiplog.command.kind.check;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Name formats of objects and their parts: each method returns Kubernetes' messages for an invalid name, none for a valid one.
 *
 * @see <a href="https://github.com/kubernetes/apimachinery/blob/master/pkg/util/validation/validation.go">validation.go</a>
 */
public final class Names {
    private static final int SUBDOMAIN_MAX = 253;
    private static final int LABEL_MAX = 63;
    private static final int PORT_NAME_MAX = 15;
    private static final int PORT_MAX = 65535;

    private static final String LABEL_FORM = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final String SUBDOMAIN_FORM = LABEL_FORM + "(\\." + LABEL_FORM + ")*";
    private static final String LABEL_WITH_UNDERSCORES_FORM = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?";
    private static final String SYSCTL_SEGMENT_FORM = "[a-z0-9]([-_a-z0-9]*[a-z0-9])?";

    /** The form of {@link #isSysctl}, for messages. */
    public static final String SYSCTL_FORM = "^(" + SYSCTL_SEGMENT_FORM + "[\\./])*" + SYSCTL_SEGMENT_FORM + "$";

    private static final String LABEL_1035_FORM = "[a-z]([-a-z0-9]*[a-z0-9])?";
    private static final String QUALIFIED_FORM = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
    private static final String LABEL_VALUE_FORM = "(" + QUALIFIED_FORM + ")?";
    private static final String CONFIG_KEY_FORM = "[-._a-zA-Z0-9]+";
    private static final String HEADER_FORM = "[-A-Za-z0-9]+";

    private static final Pattern LABEL = Pattern.compile(LABEL_FORM);
    private static final Pattern LABEL_WITH_UNDERSCORES = Pattern.compile(LABEL_WITH_UNDERSCORES_FORM);
    private static final Pattern SYSCTL_SEGMENT = Pattern.compile(SYSCTL_SEGMENT_FORM);
    private static final Pattern LABEL_1035 = Pattern.compile(LABEL_1035_FORM);
    private static final Pattern QUALIFIED = Pattern.compile(QUALIFIED_FORM);
    private static final Pattern LABEL_VALUE = Pattern.compile(LABEL_VALUE_FORM);
    private static final Pattern CONFIG_KEY = Pattern.compile(CONFIG_KEY_FORM);
    private static final Pattern HEADER = Pattern.compile(HEADER_FORM);
    private static final String ANY_LABEL = "*.";
    private static final String WILDCARD_FORM = "\\*\\." + SUBDOMAIN_FORM;
    private static final Pattern ENV = Pattern.compile("[ -<>-~]+");
    private static final Pattern PORT_CHARACTERS = Pattern.compile("[-a-z0-9]+");
    private static final Pattern LETTER = Pattern.compile("[a-z]");

    private Names() {}

    /** A DNS-1123 label: names of containers, volumes, service ports. */
    public static List<String> label(String name) {
        if (name.length() <= LABEL_MAX && name.indexOf('.') >= 0 && isSubdomain(name)) {
            return List.of("must not contain dots");
        }
        return check(
                name,
                LABEL_MAX,
                LABEL,
                "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end"
                        + " with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '"
                        + LABEL_FORM + "')");
    }

    /** A DNS-1035 label, which starts with a letter: names of Services. */
    public static List<String> label1035(String name) {
        return check(
                name,
                LABEL_MAX,
                LABEL_1035,
                "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic"
                        + " character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for"
                        + " validation is '" + LABEL_1035_FORM + "')");
    }

    /** A DNS-1123 subdomain below any one label: {@code *.example.com}. */
    public static List<String> wildcard(String name) {
        return slowCheck(
                name,
                SUBDOMAIN_MAX,
                each -> each.startsWith(ANY_LABEL) && isSubdomain(each.substring(ANY_LABEL.length())),
                "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of"
                        + " lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g."
                        + " '*.example.com', regex used for validation is '" + WILDCARD_FORM + "')");
    }

    /** A name that is valid as a path segment: roles and bindings. */
    public static List<String> pathSegment(String name) {
        if (name.equals(".") || name.equals("..")) {
            return List.of("may not be '" + name + "'");
        }
        List<String> wrong = new ArrayList<>(0);
        for (String illegal : List.of("/", "%")) {
            if (name.contains(illegal)) {
                wrong.add("may not contain '" + illegal + "'");
            }
        }
        return wrong;
    }

    /** A DNS-1123 subdomain: names of most objects. */
    public static List<String> subdomain(String name) {
        return check(
                name,
                SUBDOMAIN_MAX,
                Names::isSubdomain,
                "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start"
                        + " and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '"
                        + SUBDOMAIN_FORM + "')");
    }

    /**
     * A DNS-1123 subdomain whose labels may have underscores: a domain in which a pod searches for names.
     *
     * @see <a href="https://github.com/kubernetes/enhancements/tree/master/keps/sig-network/4427-relaxed-dns-search-validation">Relaxed
     *     DNS search validation</a>
     */
    public static List<String> subdomainWithUnderscores(String name) {
        return check(
                name,
                SUBDOMAIN_MAX,
                each -> isOfLabels(each, LABEL_WITH_UNDERSCORES),
                "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must"
                        + " start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '"
                        + LABEL_WITH_UNDERSCORES_FORM + "(\\." + LABEL_WITH_UNDERSCORES_FORM + ")*')");
    }

    private static boolean isSubdomain(String name) {
        return isOfLabels(name, LABEL);
    }

    /** Label by label: one regular expression for all of them recurses for each, and a long enough name overflows the stack. */
    private static boolean isOfLabels(String name, Pattern label) {
        int from = 0;
        for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', from)) {
            if (!label.matcher(name.substring(from, dot)).matches()) {
                return false;
            }
            from = dot + 1;
        }
        return label.matcher(name.substring(from)).matches();
    }

    /** The name of a kernel parameter: segments with dots or slashes between. */
    public static boolean isSysctl(String name) {
        return name.length() <= SUBDOMAIN_MAX
                && List.of(name.split("[./]", -1)).stream()
                        .allMatch(segment -> SYSCTL_SEGMENT.matcher(segment).matches());
    }

    /** {@code example.com/MyName}: keys of labels, taints, conditions. */
    public static List<String> qualified(String text) {
        if (plain(text)) {
            return List.of();
        }
        String form =
                "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric"
                        + " character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '"
                        + QUALIFIED_FORM + "')";
        int slash = text.indexOf('/');
        if (slash >= 0 && text.indexOf('/', slash + 1) >= 0) {
            return List.of("a valid label key " + form
                    + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
        }
        List<String> wrong = new ArrayList<>(0);
        if (slash == 0) {
            wrong.add("prefix part must be non-empty");
        } else if (slash > 0) {
            boundedInBytes(subdomain(text.substring(0, slash))).forEach(each -> wrong.add("prefix part " + each));
        }
        String name = text.substring(slash + 1);
        if (name.isEmpty()) {
            wrong.add("name part must be non-empty");
        } else if (bytes(name) > LABEL_MAX) {
            wrong.add("name part must be no more than " + LABEL_MAX + " bytes");
        }
        if (!QUALIFIED.matcher(name).matches()) {
            wrong.add("name part " + form);
        }
        return wrong;
    }

    /** The value of a label. */
    public static List<String> labelValue(String value) {
        return boundedInBytes(check(
                value,
                LABEL_MAX,
                LABEL_VALUE,
                "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start"
                        + " and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used"
                        + " for validation is '" + LABEL_VALUE_FORM + "')"));
    }

    /** A key of a ConfigMap or a Secret: used as a file name. */
    public static List<String> configKey(String key) {
        List<String> wrong = new ArrayList<>(check(
                key,
                SUBDOMAIN_MAX,
                CONFIG_KEY,
                "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or"
                        + " 'KEY_NAME',  or 'key-name', regex used for validation is '" + CONFIG_KEY_FORM + "')"));
        if (key.equals(".") || key.equals("..")) {
            wrong.add("must not be '" + key + "'");
        } else if (key.startsWith("..")) {
            wrong.add("must not start with '..'");
        }
        return wrong;
    }

    /** An environment variable's name: printable characters except {@code =}. */
    public static List<String> env(String name) {
        return ENV.matcher(name).matches()
                ? List.of()
                : List.of(
                        "a valid environment variable name must consist only of printable ASCII characters other than '='");
    }

    /** The name of an HTTP header. */
    public static List<String> httpHeader(String name) {
        return HEADER.matcher(name).matches()
                ? List.of()
                : List.of(
                        "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used"
                                + " for validation is '" + HEADER_FORM + "')");
    }

    /** An IANA service name: the name of a container's port. */
    public static List<String> portName(String name) {
        List<String> wrong = new ArrayList<>(0);
        if (name.length() > PORT_NAME_MAX) {
            wrong.add(tooLong(PORT_NAME_MAX));
        }
        if (!PORT_CHARACTERS.matcher(name).matches()) {
            wrong.add("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
        }
        if (!LETTER.matcher(name).find()) {
            wrong.add("must contain at least one letter (a-z)");
        }
        if (name.contains("--")) {
            wrong.add("must not contain consecutive hyphens");
        }
        if (name.startsWith("-") || name.endsWith("-")) {
            wrong.add("must not begin or end with a hyphen");
        }
        return wrong;
    }

    /** The number of a port. */
    public static List<String> port(long port) {
        return port >= 1 && port <= PORT_MAX ? List.of() : List.of("must be between 1 and 65535, inclusive");
    }

    /**
     * Lower case letters, digits, dashes in between: most names, checked without a regular expression. Valid in every format
     * except 1035.
     */
    private static boolean plain(String text) {
        int last = text.length() - 1;
        if (last < 0 || last >= LABEL_MAX || text.charAt(0) == '-' || text.charAt(last) == '-') {
            return false;
        }
        for (int i = 0; i <= last; i++) {
            char c = text.charAt(i);
            if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) {
                return false;
            }
        }
        return true;
    }

    private static List<String> check(String text, int max, Pattern form, String sentence) {
        return form == LABEL_1035
                ? slowCheck(text, max, each -> form.matcher(each).matches(), sentence)
                : check(text, max, each -> form.matcher(each).matches(), sentence);
    }

    private static List<String> check(String text, int max, Predicate<String> form, String sentence) {
        return text.length() <= max && plain(text) ? List.of() : slowCheck(text, max, form, sentence);
    }

    private static List<String> slowCheck(String text, int max, Predicate<String> form, String sentence) {
        boolean fits = text.length() <= max && bytes(text) <= max;
        boolean formed = form.test(text);
        if (fits && formed) {
            return List.of();
        }
        List<String> wrong = new ArrayList<>();
        if (!fits) {
            wrong.add(tooLong(max));
        }
        if (!formed) {
            wrong.add(sentence);
        }
        return wrong;
    }

    /**
     * The same messages with a limit in bytes. Kubernetes' newer checks, those of labels first, write what the limits have always been;
     * the older ones write characters.
     *
     * @see <a href="https://github.com/kubernetes/apimachinery/blob/master/pkg/api/validate/content/errors.go">errors.go</a>
     */
    public static List<String> boundedInBytes(List<String> wrong) {
        return wrong.isEmpty()
                ? wrong
                : wrong.stream()
                        .map(each ->
                                each.startsWith("must be no more than") ? each.replace(" characters", " bytes") : each)
                        .toList();
    }

    private static String tooLong(int max) {
        return "must be no more than " + max + " characters";
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
