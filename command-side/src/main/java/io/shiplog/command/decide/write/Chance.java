package io.shiplog.command.decide.write;

import java.util.UUID;
import java.util.random.RandomGenerator;

/** The randomness of decisions, passed in. */
public interface Chance {
    /** A fresh uid: a version 4 UUID as text. */
    String uid();

    /** Five characters for a generated name. */
    String suffix();

    /** Randomness from a generator; a seeded one is reproducible. */
    static Chance of(RandomGenerator random) {
        return new Chance() {
            private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
            private static final int SUFFIX_LENGTH = 5;

            @Override
            public String uid() {
                long high = (random.nextLong() & ~0xF000L) | 0x4000L;
                long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
                return new UUID(high, low).toString();
            }

            @Override
            public String suffix() {
                StringBuilder suffix = new StringBuilder(SUFFIX_LENGTH);
                for (int i = 0; i < SUFFIX_LENGTH; i++) {
                    suffix.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
                }
                return suffix.toString();
            }
        };
    }
}
