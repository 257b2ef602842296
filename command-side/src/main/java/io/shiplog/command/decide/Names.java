package io.shiplog.command.decide;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The forms of names, with Kubernetes' sentences for what breaks them.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/overview/working-with-objects/names/">Object Names and IDs</a>
 */
final class Names {
    private static final int SUBDOMAIN_MAX = 253;
    private static final int LABEL_MAX = 63;

    private static final String LABEL_FORM = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final String SUBDOMAIN_FORM = LABEL_FORM + "(\\." + LABEL_FORM + ")*";
    private static final String LABEL_1035_FORM = "[a-z]([-a-z0-9]*[a-z0-9])?";
    private static final String QUALIFIED_FORM = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
    private static final String LABEL_VALUE_FORM = "(" + QUALIFIED_FORM + ")?";

    private static final Pattern LABEL = Pattern.compile(LABEL_FORM);
    private static final Pattern SUBDOMAIN = Pattern.compile(SUBDOMAIN_FORM);
    private static final Pattern LABEL_1035 = Pattern.compile(LABEL_1035_FORM);
    private static final Pattern QUALIFIED = Pattern.compile(QUALIFIED_FORM);
    private static final Pattern LABEL_VALUE = Pattern.compile(LABEL_VALUE_FORM);

    private Names() {}

    /** What is wrong with a DNS-1123 subdomain; empty if nothing is. */
    static List<String> subdomain(String name) {
        return check(
                name,
                SUBDOMAIN_MAX,
                SUBDOMAIN,
                "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start"
                        + " and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '"
                        + SUBDOMAIN_FORM + "')");
    }

    /** What is wrong with a DNS-1123 label. */
    static List<String> label(String name) {
        return check(
                name,
                LABEL_MAX,
                LABEL,
                "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end"
                        + " with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '"
                        + LABEL_FORM + "')");
    }

    /** What is wrong with a DNS-1035 label. */
    static List<String> label1035(String name) {
        return check(
                name,
                LABEL_MAX,
                LABEL_1035,
                "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic"
                        + " character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for"
                        + " validation is '" + LABEL_1035_FORM + "')");
    }

    /** What is wrong with a name that need only fit into a path. */
    static List<String> pathSegment(String name) {
        if (name.equals(".") || name.equals("..")) {
            return List.of("may not be '" + name + "'");
        }
        List<String> wrong = new ArrayList<>();
        for (String illegal : List.of("/", "%")) {
            if (name.contains(illegal)) {
                wrong.add("may not contain '" + illegal + "'");
            }
        }
        return wrong;
    }

    /** What is wrong with a qualified name such as {@code example.com/MyName}: keys of labels and annotations. */
    static List<String> qualified(String text) {
        int slash = text.indexOf('/');
        List<String> wrong = new ArrayList<>();
        String name = text;
        if (slash >= 0) {
            if (text.indexOf('/', slash + 1) >= 0) {
                return List.of("a qualified name " + qualifiedForm()
                        + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
            }
            String prefix = text.substring(0, slash);
            name = text.substring(slash + 1);
            if (prefix.isEmpty()) {
                wrong.add("prefix part must be non-empty");
            } else {
                subdomain(prefix).forEach(each -> wrong.add("prefix part " + each));
            }
        }
        if (name.isEmpty()) {
            wrong.add("name part must be non-empty");
        } else if (bytes(name) > LABEL_MAX) {
            wrong.add("name part " + tooLong(LABEL_MAX));
        }
        if (!QUALIFIED.matcher(name).matches()) {
            wrong.add("name part " + qualifiedForm());
        }
        return wrong;
    }

    /** What is wrong with the value of a label. */
    static List<String> labelValue(String value) {
        return check(
                value,
                LABEL_MAX,
                LABEL_VALUE,
                "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start"
                        + " and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used"
                        + " for validation is '" + LABEL_VALUE_FORM + "')");
    }

    private static String qualifiedForm() {
        return "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
                + " (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '" + QUALIFIED_FORM
                + "')";
    }

    private static List<String> check(String text, int max, Pattern form, String sentence) {
        boolean fits = bytes(text) <= max;
        boolean formed = form.matcher(text).matches();
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

    private static String tooLong(int max) {
        return "must be no more than " + max + " bytes";
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
