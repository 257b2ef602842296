package io.shiplog.command.kind.admissionregistration;

import io.shiplog.command.kind.Kind;
import java.util.List;

/** The kinds of {@code admissionregistration.k8s.io}. */
public final class AdmissionRegistrationKinds {
    static final String GROUP = "admissionregistration.k8s.io";
    /** {@code kubectl get api-extensions}. */
    static final String CATEGORY = "api-extensions";

    private AdmissionRegistrationKinds() {}

    /** All of them. */
    public static List<Kind> all() {
        return List.of(
                new WebhookConfigurationKind(false),
                new WebhookConfigurationKind(true),
                new AdmissionPolicyKind(false),
                new AdmissionPolicyKind(true),
                new PolicyBindingKind(false),
                new PolicyBindingKind(true));
    }
}
