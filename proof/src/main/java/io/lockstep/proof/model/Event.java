package io.lockstep.proof.model;

/** What happens in one step, in words for a trace. */
public enum Event {
    START(Kind.STIMULUS, "virsh start: its prepare hook is called"),
    STARTED(Kind.PROGRESS, "the guest runs"),
    STOPS(Kind.STIMULUS, "the guest ends: its release hook is called"),
    MIGRATE(Kind.STIMULUS, "virsh migrate to this host: its migrate hook is called"),
    ABORTED(Kind.STIMULUS, "the migration to this host fails"),
    GIVEN_UP(Kind.PROGRESS, "libvirt gives up the migration to this host"),
    PREPARE(Kind.PROGRESS, "libvirt calls the prepare hook of the incoming migration"),
    COPIES(Kind.PROGRESS, "the memory is copied to this host"),
    SWITCHES(Kind.PROGRESS, "the guest switches to this host"),
    CONFIRMED(Kind.PROGRESS, "libvirt ends the source's qemu: its release hook is called"),
    LOST_FINISH(Kind.STIMULUS, "the answer to Finish is lost: the guest runs on both hosts"),
    FAILED_CONFIRM(Kind.STIMULUS, "Confirm fails: the source's qemu is left over, paused"),
    POST_COPY(Kind.STIMULUS, "the migration goes over to post-copy"),
    POST_COPY_FAILED(Kind.STIMULUS, "post-copy fails"),
    RECOVERED(Kind.STIMULUS, "the failed post-copy migration is taken up again"),

    CONFLICT(Kind.PROGRESS, "prepare is refused: another domain of this host excludes it"),
    CLAIMED(Kind.PROGRESS, "the agent records the claim"),
    CONSUMED(Kind.PROGRESS, "the agent records the claim under the handover; the reservation is consumed"),
    ALLOWED(Kind.PROGRESS, "prepare is allowed: the lock is held"),
    REFUSED(Kind.PROGRESS, "prepare is refused, what it took is given back; libvirt calls release"),
    HOOK_UNANSWERED(Kind.PROGRESS, "no agent answers the hook"),
    RELEASED(Kind.PROGRESS, "the release hook ends the claims"),

    MIGRATE_REFUSED(Kind.PROGRESS, "migrate is refused, what it took is given back"),
    NOBODY_RUNS_IT(Kind.PROGRESS, "the controller says that nobody runs it: migrate is allowed without a handover"),
    BEGIN(Kind.PROGRESS, "Begin: the controller sends Share to this host"),
    BEGIN_AGAIN(Kind.PROGRESS, "the epoch was stale: the controller sends Share with a higher one"),
    SHARE(Kind.PROGRESS, "Share arrives: the source opens the handover"),
    LATE_SHARE(Kind.STIMULUS, "a Share that was delayed or repeated arrives: the source opens the handover"),
    SHARED(Kind.PROGRESS, "the source answers that it shares"),
    SHARE_GIVEN_UP(Kind.PROGRESS, "the source's locks did not come in time: it closes the handover"),
    RESERVED(Kind.PROGRESS, "Begin is answered: the target records its reservation"),
    MIGRATE_ALLOWED(Kind.PROGRESS, "migrate is allowed: SHARED on both hosts"),

    LOOKS(Kind.PROGRESS, "the agent looks at libvirt"),
    SILENCE(Kind.STIMULUS, "libvirt does not answer a look"),
    TORN_LOOK_ABSENT(Kind.STIMULUS, "a look that straddles a change shows the domain absent"),
    TORN_LOOK_ACTIVE(Kind.STIMULUS, "a look that straddles a change shows the domain active"),
    SETTLED(Kind.PROGRESS, "the source has left the target its time, or the controller says that it is over there"),
    TARGET_GONE(Kind.STIMULUS, "the controller tells the source that its target is gone"),
    RAN_OUT(Kind.PROGRESS, "the reservation runs out"),
    GONE_BY_HANDOVER(Kind.PROGRESS, "the domain is gone from this side of the handover: its claims end"),
    CLOSED_HOLDS(Kind.PROGRESS, "this side closes: it holds what its claims need"),
    CLOSED_GONE(Kind.PROGRESS, "this side closes: it holds nothing for the domain"),
    CLAIMED_BY_LOOKING(Kind.PROGRESS, "the agent claims what it sees running"),
    ENDED_BY_LOOKING(Kind.PROGRESS, "the agent sees that the domain is gone: its claims end"),
    MARKED_OURS(Kind.PROGRESS, "the agent marks the lock as its own"),
    LOCKS(Kind.PROGRESS, "the lane corrects the lock"),

    ALARM_LOOK(Kind.STIMULUS, "the controller's next look for a double run is answered"),
    AGENT_CRASHES(Kind.STIMULUS, "the agent crashes"),
    AGENT_RESTARTS(Kind.PROGRESS, "the agent restarts"),
    POWER_CUT(Kind.STIMULUS, "the host loses power"),
    DEAD_LOCK_FREED(Kind.PROGRESS, "sanlock's time is over: the dead host's lock is free"),
    BOOTS(Kind.STIMULUS, "the host boots");

    final Kind kind;
    final String words;

    Event(Kind kind, String words) {
        this.kind = kind;
        this.words = words;
    }

    public String words() {
        return words;
    }
}
