package io.shiplog.gateway.select;

import io.shiplog.events.object.LabelSelector;
import io.shiplog.events.object.LabelSelector.Requirement;
import io.shiplog.gateway.outcome.Checked;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Reads a label selector of a query, {@code app=web,tier in (a, b),!canary}.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors">Label selectors</a>
 */
public final class SelectorReader {
    /** Maximum requirements of one selector: each object of a list is tested against all of them. */
    static final int MAX_TERMS = 1_000;

    /** Maximum length of a key: a DNS subdomain, a slash and a name. Regular expressions are applied only within it. */
    private static final int MAX_KEY = 253 + 1 + 63;

    private static final int MAX_VALUE = 63;

    private static final Pattern KEY = Pattern.compile(
            "([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
    private static final Pattern VALUE = Pattern.compile("([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?");

    private SelectorReader() {}

    /** Parses a selector; the empty text selects everything. */
    public static Checked<LabelSelector> parse(String text) {
        if (text.isBlank()) {
            return Checked.ok(LabelSelector.ALL);
        }
        try {
            return Checked.ok(new LabelSelector(Map.of(), new Reading(text).requirements()));
        } catch (MalformedSelector e) {
            return Checked.bad(String.valueOf(e.getMessage()));
        }
    }

    private static final class MalformedSelector extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedSelector(String message) {
            super(message, null, false, false);
        }
    }

    /** A recursive descent over the selector's text. */
    private static final class Reading {
        private final List<String> tokens;
        private int next;

        Reading(String text) {
            this.tokens = tokens(text);
        }

        private static List<String> tokens(String text) {
            List<String> tokens = new ArrayList<>();
            int i = 0;
            while (i < text.length()) {
                char c = text.charAt(i);
                if (Character.isWhitespace(c)) {
                    i++;
                } else if (",()".indexOf(c) >= 0) {
                    tokens.add(String.valueOf(c));
                    i++;
                } else if ("=!<>".indexOf(c) >= 0) {
                    int length = i + 1 < text.length() && text.charAt(i + 1) == '=' && c != '<' && c != '>' ? 2 : 1;
                    tokens.add(text.substring(i, i + length));
                    i += length;
                } else {
                    int start = i;
                    while (i < text.length()
                            && !Character.isWhitespace(text.charAt(i))
                            && ",()=!<>".indexOf(text.charAt(i)) < 0) {
                        i++;
                    }
                    tokens.add(text.substring(start, i));
                }
            }
            return tokens;
        }

        List<Requirement> requirements() throws MalformedSelector {
            List<Requirement> found = new ArrayList<>();
            if (isSign(peek()) && !peek().equals("!")) {
                throw new MalformedSelector(
                        "found '%s', expected: !, identifier, or 'end of string'".formatted(peek()));
            }
            while (true) {
                try {
                    found.add(requirement());
                } catch (MalformedSelector e) {
                    throw new MalformedSelector("unable to parse requirement: " + e.getMessage());
                }
                if (found.size() > MAX_TERMS) {
                    throw new MalformedSelector("a selector must have at most %d requirements".formatted(MAX_TERMS));
                }
                if (next == tokens.size()) {
                    return found;
                }
                expect(",");
                if (next == tokens.size()) {
                    throw new MalformedSelector("found '', expected: identifier after ','");
                }
            }
        }

        private Requirement requirement() throws MalformedSelector {
            if (peek().equals("!")) {
                next++;
                return new Requirement(key(), "DoesNotExist", Set.of());
            }
            String key = key();
            if (next == tokens.size() || peek().equals(",")) {
                return new Requirement(key, "Exists", Set.of());
            }
            String operator = take();
            return switch (operator) {
                case "=", "==" -> new Requirement(key, "In", Set.of(value()));
                case "!=" -> new Requirement(key, "NotIn", Set.of(value()));
                case "in" -> new Requirement(key, "In", values());
                case "notin" -> new Requirement(key, "NotIn", values());
                case ">" -> new Requirement(key, "Gt", Set.of(number()));
                case "<" -> new Requirement(key, "Lt", Set.of(number()));
                default ->
                    throw new MalformedSelector(
                            "found '%s', expected: in, notin, =, ==, !=, gt, lt".formatted(operator));
            };
        }

        private String key() throws MalformedSelector {
            String key = identifier();
            if (key.length() > MAX_KEY || !KEY.matcher(key).matches()) {
                throw new MalformedSelector(
                        "<nil>: Invalid value: \"%s\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
                                .formatted(key));
            }
            return key;
        }

        private String value() throws MalformedSelector {
            return next == tokens.size() || peek().equals(",") ? "" : checkedValue(identifier());
        }

        private String checkedValue(String value) throws MalformedSelector {
            if (value.length() > MAX_VALUE || !VALUE.matcher(value).matches()) {
                throw new MalformedSelector(
                        "values[0][]: Invalid value: \"%s\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
                                .formatted(value));
            }
            return value;
        }

        private String number() throws MalformedSelector {
            String value = value();
            try {
                return Long.toString(Long.parseLong(value));
            } catch (NumberFormatException e) {
                throw new MalformedSelector(
                        "values[0]: Invalid value: \"%s\": for 'Gt', 'Lt' operators, the value must be an integer"
                                .formatted(value));
            }
        }

        private Set<String> values() throws MalformedSelector {
            expect("(");
            Set<String> values = new TreeSet<>();
            while (true) {
                values.add(peek().equals(",") || peek().equals(")") ? "" : checkedValue(identifier()));
                String after = take();
                if (after.equals(")")) {
                    return Set.copyOf(values);
                }
                if (!after.equals(",")) {
                    throw new MalformedSelector("found '%s', expected: ',' or ')'".formatted(after));
                }
            }
        }

        private void expect(String token) throws MalformedSelector {
            String found = take();
            if (!found.equals(token)) {
                throw new MalformedSelector("found '%s', expected: '%s'".formatted(found, token));
            }
        }

        private String identifier() throws MalformedSelector {
            String token = take();
            if (isSign(token)) {
                throw new MalformedSelector("found '%s', expected: identifier".formatted(token));
            }
            return token;
        }

        private static boolean isSign(String token) {
            return ",()=!<>".indexOf(token.charAt(0)) >= 0;
        }

        private String peek() throws MalformedSelector {
            if (next == tokens.size()) {
                throw new MalformedSelector("found '', expected: identifier");
            }
            return tokens.get(next);
        }

        private String take() throws MalformedSelector {
            String token = peek();
            next++;
            return token;
        }
    }
}
