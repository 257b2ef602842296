package io.shiplog.lawless.command.axon;

public final class MakesState {
    public Object state() {
        return new ApiObject();
    }

    /** Named like the entity, which no other class may create. */
    static final class ApiObject {
        ApiObject() {}
    }
}
