package io.shiplog.command.control.certificates;

import java.util.ArrayList;
import java.util.List;

/** Issues the same text each time, and remembers the terms. */
public final class FakeAuthority implements ClusterAuthority {
    static final String ISSUED = "-----BEGIN CERTIFICATE-----\nissued\n-----END CERTIFICATE-----\n";

    final List<Terms> terms = new ArrayList<>();

    @Override
    public String pem() {
        return "-----BEGIN CERTIFICATE-----\n";
    }

    @Override
    public String issue(byte[] request, Terms given) {
        terms.add(given);
        return ISSUED;
    }
}
