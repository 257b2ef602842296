package io.shiplog.command.kind.networking;

import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * A range of addresses: an address and the length of its prefix.
 *
 * @param address the address as it was written, as a number
 * @param length bits of the address: 32 or 128
 * @param prefix bits that all addresses of the range share
 */
public record Cidr(BigInteger address, int length, int prefix) {

    /** Null if the text is no range. */
    public static @Nullable Cidr parse(String text) {
        FieldErrors errors = new FieldErrors();
        Checks.cidr(text, "", errors);
        if (!errors.isEmpty()) {
            return null;
        }
        int slash = text.indexOf('/');
        byte[] bytes = InetAddress.ofLiteral(text.substring(0, slash)).getAddress();
        return new Cidr(
                new BigInteger(1, bytes), bytes.length * Byte.SIZE, Integer.parseInt(text.substring(slash + 1)));
    }

    /** The address without the bits after the prefix. */
    private BigInteger network() {
        return address.shiftRight(length - prefix).shiftLeft(length - prefix);
    }

    /** Whether this range contains the other one and is larger. */
    boolean hasWithin(Cidr other) {
        return length == other.length
                && prefix < other.prefix
                && other.address.shiftRight(length - prefix).equals(address.shiftRight(length - prefix));
    }

    /** Whether an address, in a valid form, is in this range. */
    public boolean contains(String ip) {
        byte[] bytes = InetAddress.ofLiteral(ip).getAddress();
        return length == bytes.length * Byte.SIZE
                && new BigInteger(1, bytes).shiftRight(length - prefix).equals(address.shiftRight(length - prefix));
    }

    /** Whether an address is in both. */
    public boolean overlaps(Cidr other) {
        int shared = Math.min(prefix, other.prefix);
        return length == other.length
                && address.shiftRight(length - shared).equals(other.address.shiftRight(length - shared));
    }

    boolean isIpv4() {
        return length == 32;
    }

    /** The range in its one standard form. */
    String canonical() {
        return canonical(network(), length) + "/" + prefix;
    }

    /** An address in its one standard form. */
    static String canonical(String ip) {
        byte[] bytes = InetAddress.ofLiteral(ip).getAddress();
        return canonical(new BigInteger(1, bytes), bytes.length * Byte.SIZE);
    }

    /**
     * The form of RFC 5952: lower case, no leading zeros, the longest run of zero groups as two colons.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc5952">RFC 5952</a>
     */
    private static String canonical(BigInteger address, int length) {
        boolean four = length == 32;
        int[] groups = new int[four ? 4 : 8];
        int bits = length / groups.length;
        for (int i = 0; i < groups.length; i++) {
            groups[i] = address.shiftRight(length - bits * (i + 1)).intValue() & ((1 << bits) - 1);
        }
        int start = four ? -1 : longestZeros(groups);
        if (start < 0) {
            return joined(groups, 0, groups.length, four);
        }
        int end = start;
        while (end < groups.length && groups[end] == 0) {
            end++;
        }
        return joined(groups, 0, start, four) + "::" + joined(groups, end, groups.length, four);
    }

    /** Where the first longest run of at least two zeros starts, or -1. */
    private static int longestZeros(int[] groups) {
        int best = -1;
        int length = 1;
        for (int i = 0; i < groups.length; i++) {
            int end = i;
            while (end < groups.length && groups[end] == 0) {
                end++;
            }
            if (end - i > length) {
                best = i;
                length = end - i;
            }
        }
        return best;
    }

    private static String joined(int[] groups, int from, int to, boolean decimal) {
        StringJoiner joiner = new StringJoiner(decimal ? "." : ":");
        for (int i = from; i < to; i++) {
            joiner.add(decimal ? Integer.toString(groups[i]) : Integer.toHexString(groups[i]));
        }
        return joiner.toString();
    }

    /**
     * What is unusual about a range that is accepted all the same.
     *
     * @see <a href="https://github.com/kubernetes/apimachinery/blob/master/pkg/util/validation/ip.go">GetWarningsForCIDR</a>
     */
    static List<String> warnings(String path, String text) {
        Cidr cidr = parse(text);
        List<String> warnings = new ArrayList<>(0);
        if (cidr == null) {
            return warnings;
        }
        if (!cidr.address.equals(cidr.network())) {
            warnings.add("%s: CIDR value \"%s\" is ambiguous in this context (should be \"%s\" or \"%s/%d\"?)"
                    .formatted(path, text, cidr.canonical(), canonical(cidr.address, cidr.length), cidr.length));
        }
        String written = canonical(cidr.address, cidr.length) + "/" + cidr.prefix;
        if (!cidr.isIpv4() && !written.equals(text)) {
            warnings.add("%s: IPv6 CIDR value \"%s\" should be in RFC 5952 canonical format (\"%s\")"
                    .formatted(path, text, written));
        }
        return warnings;
    }
}
