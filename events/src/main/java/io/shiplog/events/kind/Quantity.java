package io.shiplog.events.kind;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An amount of a resource: exact, with the suffix family in which it was written. Quantities are equal if their amounts are:
 * {@code 1}, {@code 1000m} and {@code 1e0}.
 *
 * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/">Quantity</a>
 */
public final class Quantity implements Comparable<Quantity> {
    /** The suffix families. */
    public enum Format {
        /** {@code m k M G …}. */
        DECIMAL_SI,
        /** {@code Ki Mi Gi …}. */
        BINARY_SI,
        /** {@code e3 e6 …}. */
        DECIMAL_EXPONENT
    }

    /** Kubernetes' message for a text that is not a quantity. */
    public static final String FORMAT_WRONG =
            "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

    /** Kubernetes' message for an unknown suffix. */
    public static final String SUFFIX_WRONG = "unable to parse quantity's suffix";

    /** Maximum length of a text: no amount between a nano and 63 bits needs a quarter of it. */
    public static final int MAX_CHARACTERS = 128;

    public static final Quantity ZERO = new Quantity(BigDecimal.ZERO, Format.DECIMAL_SI);

    private static final Pattern FORM = Pattern.compile("^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$");
    private static final Pattern NUMBER = Pattern.compile("[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)");
    private static final Pattern EXPONENT = Pattern.compile("[eE]([-+]?[0-9]{1,4})");

    /** The smallest and largest amounts, as in Kubernetes: a nano, and what fits into 63 bits. */
    private static final int NANO = 9;

    private static final BigDecimal MAX = BigDecimal.valueOf(Long.MAX_VALUE);

    private static final String[] BINARY = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
    private static final String[] DECIMAL = {"n", "u", "m", "", "k", "M", "G", "T", "P", "E"};
    private static final int UNIT = 3;
    private static final BigInteger THOUSAND = BigInteger.valueOf(1000);
    private static final BigDecimal KIBI = BigDecimal.valueOf(1024);

    private final BigDecimal amount;
    private final Format format;

    private Quantity(BigDecimal amount, Format format) {
        this.amount = amount;
        this.format = format;
    }

    /** A text is not a quantity; the message is Kubernetes' own. */
    public static final class NoQuantityException extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        NoQuantityException(String message) {
            super(message);
        }

        /** Without a stack trace, which costs more than all the rest: an object may have thousands of texts that are no quantities. */
        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    /**
     * Parses a quantity. Finer than a nano is rounded up, beyond 63 bits is capped, as in Kubernetes.
     *
     * @throws NoQuantityException if the text is not a quantity
     */
    public static Quantity parse(String text) {
        if (text.length() > MAX_CHARACTERS) {
            throw new NoQuantityException("must be no more than " + MAX_CHARACTERS + " characters");
        }
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new NoQuantityException(FORMAT_WRONG);
        }
        String number = matcher.group(1);
        if (!NUMBER.matcher(number).matches()) {
            throw new NoQuantityException(FORMAT_WRONG);
        }
        return scaled(new BigDecimal(number), matcher.group(2));
    }

    /** Whether a text of any length has the form of a quantity. In one pass: a regular expression looks at a long one again and again. */
    public static boolean hasForm(String text) {
        int at = !text.isEmpty() && "+-".indexOf(text.charAt(0)) >= 0 ? 1 : 0;
        int suffix = past(text, at, "0123456789.");
        if (suffix == at) {
            return false;
        }
        at = past(text, suffix, "eEinumkKMGTP");
        if (at < text.length() && "+-".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return past(text, at, "0123456789") == text.length();
    }

    private static int past(String text, int from, String characters) {
        int at = from;
        while (at < text.length() && characters.indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at;
    }

    /** The quantity, or null if the text is not one. */
    public static @Nullable Quantity parseOrNull(String text) {
        try {
            return parse(text);
        } catch (NoQuantityException e) {
            return null;
        }
    }

    /** A whole number, written with {@code k M G …}. */
    public static Quantity of(long value) {
        return new Quantity(BigDecimal.valueOf(value), Format.DECIMAL_SI);
    }

    /** Thousandths: the unit of CPUs. */
    public static Quantity ofMillis(long millis) {
        return new Quantity(BigDecimal.valueOf(millis, UNIT), Format.DECIMAL_SI);
    }

    /** A whole number of bytes, written with {@code Ki Mi Gi …}. */
    public static Quantity ofBytes(long bytes) {
        return new Quantity(BigDecimal.valueOf(bytes), Format.BINARY_SI);
    }

    private static Quantity scaled(BigDecimal number, String suffix) {
        for (int i = 1; i < BINARY.length; i++) {
            if (suffix.equals(BINARY[i])) {
                return bounded(number.multiply(KIBI.pow(i)), Format.BINARY_SI);
            }
        }
        for (int i = 0; i < DECIMAL.length; i++) {
            if (suffix.equals(DECIMAL[i])) {
                return bounded(number.scaleByPowerOfTen((i - UNIT) * UNIT), Format.DECIMAL_SI);
            }
        }
        Matcher exponent = EXPONENT.matcher(suffix);
        if (!exponent.matches()) {
            throw new NoQuantityException(SUFFIX_WRONG);
        }
        return bounded(number.scaleByPowerOfTen(Integer.parseInt(exponent.group(1))), Format.DECIMAL_EXPONENT);
    }

    private static Quantity bounded(BigDecimal amount, Format format) {
        BigDecimal bounded = amount;
        if (amount.precision() - (long) amount.scale() > MAX.precision()) {
            bounded = amount.signum() < 0 ? MAX.negate() : MAX; // before any arithmetic: 1e9999 has many digits
        } else if (amount.abs().compareTo(MAX) > 0) {
            bounded = amount.signum() < 0 ? MAX.negate() : MAX;
        } else if (amount.scale() > NANO) {
            bounded = amount.setScale(NANO, RoundingMode.UP);
        }
        boolean fraction = bounded.signum() > 0 && bounded.compareTo(BigDecimal.ONE) < 0;
        return new Quantity(bounded, format == Format.BINARY_SI && fraction ? Format.DECIMAL_SI : format);
    }

    public BigDecimal amount() {
        return amount;
    }

    public Format format() {
        return format;
    }

    /** The amount, rounded up to a whole number. */
    public long longValue() {
        return amount.setScale(0, RoundingMode.UP).longValue();
    }

    /** The amount in thousandths, rounded up; the greatest long if it does not fit. */
    public long milliValue() {
        BigDecimal millis = amount.scaleByPowerOfTen(UNIT).setScale(0, RoundingMode.UP);
        return millis.compareTo(MAX) > 0 ? Long.MAX_VALUE : millis.longValue();
    }

    public int signum() {
        return amount.signum();
    }

    /** The sum, in this quantity's format; in the other's if this is zero. */
    public Quantity plus(Quantity other) {
        return new Quantity(amount.add(other.amount), signum() == 0 ? other.format : format);
    }

    /** The difference, in this quantity's format; in the other's if this is zero. */
    public Quantity minus(Quantity other) {
        return new Quantity(amount.subtract(other.amount), signum() == 0 ? other.format : format);
    }

    @Override
    public int compareTo(Quantity other) {
        return amount.compareTo(other.amount);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Quantity quantity && amount.compareTo(quantity.amount) == 0;
    }

    @Override
    public int hashCode() {
        return amount.stripTrailingZeros().hashCode();
    }

    /** The canonical form: no fraction, the largest suffix without loss. */
    @Override
    public String toString() {
        return switch (format) {
            case DECIMAL_SI -> decimal();
            // A fraction of a byte is shown in thousandths: 1.2Gi is 1288490188800m.
            case BINARY_SI -> amount.abs().compareTo(KIBI) < 0 || !whole() ? decimal() : binary();
            case DECIMAL_EXPONENT -> exponent();
        };
    }

    private boolean whole() {
        return amount.stripTrailingZeros().scale() <= 0;
    }

    private String decimal() {
        int unit = unit(DECIMAL.length - 1 - UNIT);
        return amount.scaleByPowerOfTen(-unit * UNIT).toBigIntegerExact() + DECIMAL[unit + UNIT];
    }

    private String exponent() {
        int unit = unit(DECIMAL.length);
        String digits =
                amount.scaleByPowerOfTen(-unit * UNIT).toBigIntegerExact().toString();
        return unit == 0 ? digits : digits + "e" + unit * UNIT;
    }

    /** The largest power of a thousand that divides the amount: at most {@code limit}, from -3 on. */
    private int unit(int limit) {
        if (amount.signum() == 0) {
            return 0;
        }
        BigInteger nanos = amount.scaleByPowerOfTen(NANO).toBigIntegerExact();
        int unit = -UNIT;
        while (unit < limit) {
            BigInteger[] parts = nanos.divideAndRemainder(THOUSAND);
            if (parts[1].signum() != 0) {
                return unit;
            }
            nanos = parts[0];
            unit++;
        }
        return unit;
    }

    private String binary() {
        BigInteger bytes = amount.toBigIntegerExact();
        int unit = Math.min(bytes.getLowestSetBit() / 10, BINARY.length - 1);
        return bytes.shiftRight(unit * 10) + BINARY[unit];
    }
}
