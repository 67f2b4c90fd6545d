package io.lockstep.core.port;

/** What became of a request to plug a device into a running domain or to unplug one. */
public sealed interface DeviceChange {

    /** libvirt says that it is done, and after an unplug the domain's XML shows it. */
    record Done() implements DeviceChange {}

    /**
     * The guest was asked to let go of the device and has not done so yet; it may never do. The live XML still lists it; the
     * persistent definition, if that was to be changed too, does not any more.
     */
    record Requested() implements DeviceChange {}

    /**
     * Nothing was changed, and nothing will be.
     *
     * @param reason libvirt's message, for a person
     */
    record Refused(String reason) implements DeviceChange {}

    /** libvirt was asked and did not answer: the change may have been made, or may still be. The domain's XML shows it. */
    record Unknown(String reason) implements DeviceChange {}
}
