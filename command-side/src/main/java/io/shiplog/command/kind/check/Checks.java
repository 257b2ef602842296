package io.shiplog.command.kind.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.kind.Quantity;
import java.util.List;
import java.util.regex.Pattern;

/** Checks shared by many kinds, each on one value at one path. */
public final class Checks {
    public static final String IMMUTABLE = "field is immutable";
    public static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");
    private static final String NOT_NEGATIVE = "must be greater than or equal to 0";
    private static final String IP = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
    /** Maximum length of an address: IPv6 with embedded IPv4. Regular expressions are applied only within it. */
    private static final int MAX_IP = 45;

    private static final Pattern IPV4 = Pattern.compile(
            "((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])\\.){3}(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])");
    private static final Pattern IPV6 = Pattern.compile(
            "(?=([0-9a-fA-F]*:){2,7})(?!(.*::){2})(?!:[^:])([0-9a-fA-F]{1,4}|:){1,15}(:[0-9a-fA-F]{1,4}|::)*");

    private static final Pattern HTTP_PATH = Pattern.compile("[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+");

    private Checks() {}

    /** Adds an error for each violation in a text. */
    public static void each(List<String> wrong, String path, Object value, FieldErrors errors) {
        for (String sentence : wrong) {
            errors.invalid(path, value, sentence);
        }
    }

    public static void notNegative(JsonNode number, String path, FieldErrors errors) {
        if (number.asLong(0) < 0) {
            errors.invalid(path, number, NOT_NEGATIVE);
        }
    }

    /** A quantity that is not negative; texts that are no quantities are refused by decoding. */
    public static void notNegativeQuantity(JsonNode quantity, String path, FieldErrors errors) {
        Quantity amount = Quantity.parseOrNull(quantity.asText());
        if (amount != null && amount.signum() < 0) {
            errors.invalid(path, amount.toString(), NOT_NEGATIVE);
        }
    }

    /** A quantity greater than zero. */
    public static void positiveQuantity(JsonNode quantity, String path, FieldErrors errors) {
        Quantity amount = Quantity.parseOrNull(quantity.asText());
        if (amount != null && amount.signum() <= 0) {
            errors.invalid(path, amount.toString(), "must be greater than zero");
        }
    }

    /** A required text from a list of values. */
    public static void oneOf(String value, List<String> supported, String path, FieldErrors errors) {
        if (value.isEmpty()) {
            errors.required(path, "");
        } else if (!supported.contains(value)) {
            errors.notSupported(path, value, supported);
        }
    }

    public static void portNumberOrName(JsonNode port, String path, FieldErrors errors) {
        if (port.isTextual()) {
            each(Names.portName(port.asText()), path, port.asText(), errors);
        } else {
            each(Names.port(port.asLong(0)), path, port.asLong(0), errors);
        }
    }

    public static void labels(JsonNode labels, String path, FieldErrors errors) {
        labels.properties().forEach(label -> {
            each(Names.qualified(label.getKey()), path, label.getKey(), errors);
            String value = label.getValue().asText();
            each(Names.labelValue(value), path, value, errors);
        });
    }

    /** {@code metav1.LabelSelector}. */
    public static void labelSelector(JsonNode selector, String path, FieldErrors errors) {
        labels(selector.path("matchLabels"), path + ".matchLabels", errors);
        int index = 0;
        for (JsonNode requirement : selector.path("matchExpressions")) {
            String at = path + ".matchExpressions[" + index++ + "]";
            String operator = Trees.text(requirement, "operator");
            boolean values = !requirement.path("values").isEmpty();
            switch (operator) {
                case "In", "NotIn" -> {
                    if (!values) {
                        errors.required(at + ".values", "must be specified when `operator` is 'In' or 'NotIn'");
                    }
                }
                case "Exists", "DoesNotExist" -> {
                    if (values) {
                        errors.forbidden(
                                at + ".values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                    }
                }
                default -> errors.invalid(at + ".operator", operator, "not a valid selector operator");
            }
            each(Names.qualified(Trees.text(requirement, "key")), at + ".key", Trees.text(requirement, "key"), errors);
            int number = 0;
            for (JsonNode value : requirement.path("values")) {
                each(Names.labelValue(value.asText()), at + ".values[" + number++ + "]", value.asText(), errors);
            }
        }
    }

    /** A domain and a path: {@code acme.io/foo}. */
    public static void domainPrefixedPath(String value, String path, FieldErrors errors) {
        int slash = value.indexOf('/');
        if (value.isEmpty()) {
            errors.required(path, "");
            return;
        }
        if (slash <= 0 || slash == value.length() - 1) {
            errors.invalid(path, value, "must be a domain-prefixed path (such as \"acme.io/foo\")");
            return;
        }
        String domain = value.substring(0, slash);
        each(Names.subdomain(domain), path, domain, errors);
        String rest = value.substring(slash + 1);
        if (!HTTP_PATH.matcher(rest).matches()) {
            errors.invalid(path, rest, "Invalid path (regex used for validation is '" + HTTP_PATH.pattern() + "')");
        }
    }

    public static boolean isIpv4(String text) {
        return text.length() <= MAX_IP && IPV4.matcher(text).matches();
    }

    public static boolean isIp(String text) {
        return isIpv4(text) || text.length() <= MAX_IP && IPV6.matcher(text).matches();
    }

    public static void ip(String text, String path, FieldErrors errors) {
        if (!isIp(text)) {
            errors.invalid(path, text, IP);
        }
    }

    /** An address and the length of its prefix. */
    public static void cidr(String text, String path, FieldErrors errors) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? "" : text.substring(0, slash);
        String bits = text.substring(slash + 1);
        boolean valid = isIp(address)
                && bits.matches("0|[1-9][0-9]{0,2}")
                && Integer.parseInt(bits) <= (isIpv4(address) ? 32 : 128);
        if (!valid) {
            errors.invalid(path, text, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
        }
    }

    /** An address that is reachable from other machines. */
    public static void usableIp(String text, String path, FieldErrors errors) {
        if (!isIp(text)) {
            errors.invalid(path, text, IP);
        } else if (Trees.oneOf(text, "0.0.0.0", "::")) {
            errors.invalid(path, text, "may not be unspecified (" + text + ")");
        } else if (text.startsWith("127.") || text.equals("::1")) {
            errors.invalid(path, text, "may not be in the loopback range (127.0.0.0/8, ::1/128)");
        } else if (text.startsWith("169.254.")) {
            errors.invalid(path, text, "may not be in the link-local range (169.254.0.0/16, fe80::/10)");
        } else if (text.startsWith("224.0.0.")) {
            errors.invalid(path, text, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
        }
    }

    /** A relative path without {@code ..}. */
    public static void descendingPath(String value, String path, FieldErrors errors) {
        if (value.startsWith("/")) {
            errors.invalid(path, value, "must be a relative path");
        }
        noBacksteps(value, path, errors);
    }

    public static void noBacksteps(String value, String path, FieldErrors errors) {
        if (List.of(value.split("/")).contains("..")) {
            errors.invalid(path, value, "must not contain '..'");
        }
    }

    public static void immutable(JsonNode now, JsonNode before, String path, FieldErrors errors) {
        if (!same(now, before)) {
            errors.invalid(path, shown(now), IMMUTABLE);
        }
    }

    /** A text whose absence is the empty text. */
    public static void immutableText(JsonNode now, JsonNode before, String path, FieldErrors errors) {
        if (!now.asText("").equals(before.asText(""))) {
            errors.invalid(path, now.asText(""), IMMUTABLE);
        }
    }

    /** A value as messages show it: {@code null} if it is absent. */
    public static JsonNode shown(JsonNode value) {
        return value.isMissingNode() ? NullNode.getInstance() : value;
    }

    /** Equal, with an absent list or object equal to an empty one. */
    public static boolean same(JsonNode a, JsonNode b) {
        boolean nothing = a.isMissingNode() || a.isNull() || a.isContainerNode() && a.isEmpty();
        boolean nothingThere = b.isMissingNode() || b.isNull() || b.isContainerNode() && b.isEmpty();
        return nothing && nothingThere || a.equals(b);
    }
}
