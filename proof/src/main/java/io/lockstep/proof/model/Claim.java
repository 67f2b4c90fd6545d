package io.lockstep.proof.model;

/** What a host's state file says of one domain's claims. */
enum Claim {
    NONE,
    /** Of a start, or of a guest that was found running. */
    OWN,
    /** Content with SHARED under the handover that is open here. */
    UNDER_HANDOVER;

    private static final Claim[] ALL = values();

    static Claim at(int number) {
        return ALL[number];
    }
}
