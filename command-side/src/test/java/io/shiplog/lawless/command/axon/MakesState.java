package io.shiplog.lawless.command.axon;

public final class MakesState {
    public Object state() {
        return new ApiObject();
    }

    /** Named as the entity is, which nobody else may make. */
    static final class ApiObject {
        ApiObject() {}
    }
}
