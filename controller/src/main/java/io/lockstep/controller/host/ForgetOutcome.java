package io.lockstep.controller.host;

/** What became of forgetting a host. */
public sealed interface ForgetOutcome {

    /** It is gone from the registry and from the history; if its agent registers again, it is back. */
    record Forgotten() implements ForgetOutcome {}

    /** Its inventory is streaming and fresh, so it is not gone: nothing was done. */
    record Connected() implements ForgetOutcome {}

    record NotKnown() implements ForgetOutcome {}
}
