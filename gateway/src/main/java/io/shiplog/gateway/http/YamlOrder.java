package io.shiplog.gateway.http;

import java.util.Comparator;

/**
 * The order of fields in Go's YAML: numbers in names count as numbers, and other signs come before letters.
 *
 * @see <a href="https://github.com/kubernetes-sigs/yaml/blob/master/goyaml.v2/sorter.go">sorter.go</a>
 */
final class YamlOrder {
    static final Comparator<String> BY_NAME = YamlOrder::compare;

    private YamlOrder() {}

    private static int compare(String a, String b) {
        int common = 0;
        int shorter = Math.min(a.length(), b.length());
        while (common < shorter && a.charAt(common) == b.charAt(common)) {
            common++;
        }
        if (common == shorter) {
            return Integer.compare(a.length(), b.length());
        }
        char left = a.charAt(common);
        char right = b.charAt(common);
        boolean leftLetter = Character.isLetter(left);
        boolean rightLetter = Character.isLetter(right);
        if (leftLetter || rightLetter) {
            boolean afterDigit = common > 0 && Character.isDigit(a.charAt(common - 1));
            return leftLetter && rightLetter
                    ? Character.compare(left, right)
                    // A number that ends here comes before a longer one; elsewhere letters come last.
                    : leftLetter == afterDigit ? -1 : 1;
        }
        return numbers(a, b, common);
    }

    /** Compares what differs from {@code from} on, where neither has a letter. */
    private static int numbers(String a, String b, int from) {
        int start = from;
        if (a.charAt(from) == '0' || b.charAt(from) == '0') {
            while (start > 0 && Character.isDigit(a.charAt(start - 1))) {
                start--;
            }
        }
        String left = digits(a, start);
        String right = digits(b, start);
        int byValue = byValue(left, right);
        if (byValue != 0) {
            return byValue;
        }
        return left.length() != right.length()
                ? Integer.compare(left.length(), right.length())
                : Character.compare(a.charAt(from), b.charAt(from));
    }

    private static String digits(String text, int from) {
        int end = from;
        while (end < text.length() && Character.isDigit(text.charAt(end))) {
            end++;
        }
        return text.substring(from, end);
    }

    private static int byValue(String left, String right) {
        String a = left.replaceFirst("^0+", "");
        String b = right.replaceFirst("^0+", "");
        return a.length() != b.length() ? Integer.compare(a.length(), b.length()) : a.compareTo(b);
    }
}
