// Bangle.js: its accelerometer (KX023) has no interrupt line, it is polled. At 50 Hz, polled every 10 ms, no sample is
// missed; the poll interval also ends the watch's own power saving. Range 4 g, high resolution, low-pass at half the rate.
// The registers outlive reset() and load(), so that they are set back to what the firmware sets them to at power on.
function set(rate,mode){
Bangle.accelWr(0x18,mode&0x7F);
Bangle.accelWr(0x1B,rate);
Bangle.accelWr(0x18,mode);
}
function rest(){
set(0x00,0xAC);
Bangle.setPollInterval(80);
}
Bangle.setOptions({wakeOnTwist:false,wakeOnFaceUp:false,wakeOnTouch:false});
Bangle.setLCDPower(0);
set(0x42,0xEC);
Bangle.setPollInterval(10);
Bangle.on('accel',function(a){take(a.x*8192,a.y*8192,a.z*8192);});
Bluetooth.println('fw ready '+process.env.BOARD+' '+(Bangle.isCharging()?1:0));
