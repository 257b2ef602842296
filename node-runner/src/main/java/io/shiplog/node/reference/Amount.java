package io.shiplog.node.reference;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;

/**
 * Reads Kubernetes quantities as {@code 250m}, {@code 1.5Gi}, {@code 1e3}.
 *
 * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/">Quantity</a>
 */
public final class Amount {
    private static final Map<String, BigDecimal> SUFFIXES = Map.ofEntries(
            Map.entry("n", new BigDecimal("0.000000001")),
            Map.entry("u", new BigDecimal("0.000001")),
            Map.entry("m", new BigDecimal("0.001")),
            Map.entry("", BigDecimal.ONE),
            Map.entry("k", BigDecimal.TEN.pow(3)),
            Map.entry("M", BigDecimal.TEN.pow(6)),
            Map.entry("G", BigDecimal.TEN.pow(9)),
            Map.entry("T", BigDecimal.TEN.pow(12)),
            Map.entry("P", BigDecimal.TEN.pow(15)),
            Map.entry("E", BigDecimal.TEN.pow(18)),
            Map.entry("Ki", BigDecimal.valueOf(1L << 10)),
            Map.entry("Mi", BigDecimal.valueOf(1L << 20)),
            Map.entry("Gi", BigDecimal.valueOf(1L << 30)),
            Map.entry("Ti", BigDecimal.valueOf(1L << 40)),
            Map.entry("Pi", BigDecimal.valueOf(1L << 50)),
            Map.entry("Ei", BigDecimal.valueOf(1L << 60)));

    private Amount() {}

    /**
     * The number that a quantity says.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static BigDecimal of(String quantity) {
        int end = quantity.length();
        while (end > 0 && Character.isLetter(quantity.charAt(end - 1))) {
            end--;
        }
        BigDecimal factor = SUFFIXES.get(quantity.substring(end));
        if (factor == null || end == 0) {
            throw new IllegalArgumentException("not a quantity: " + quantity);
        }
        return new BigDecimal(quantity.substring(0, end)).multiply(factor);
    }

    /** In whole units, rounded up as Kubernetes does; 0 for an empty text. */
    public static long units(String quantity) {
        return quantity.isEmpty()
                ? 0
                : of(quantity).setScale(0, RoundingMode.CEILING).longValue();
    }

    /** In thousandths, rounded up; 0 for an empty text. */
    public static long millis(String quantity) {
        return quantity.isEmpty()
                ? 0
                : of(quantity).movePointRight(3).setScale(0, RoundingMode.CEILING).longValue();
    }
}
