package io.shiplog.gateway.violations;

import io.shiplog.gateway.identity.Authentication;

/** A verb that looks at credentials. */
public final class VerbWithCredentials {
    private VerbWithCredentials() {}

    public static String user() {
        return Authentication.ANONYMOUS.user();
    }
}
