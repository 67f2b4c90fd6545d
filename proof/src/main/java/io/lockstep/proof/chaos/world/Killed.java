package io.lockstep.proof.chaos.world;

/** Ends what a killed program was doing. An error, so that nothing takes it for a failure of something outside. */
final class Killed extends Error {

    private static final long serialVersionUID = 1;

    Killed(String program) {
        super(program + " was killed", null, false, false);
    }
}
