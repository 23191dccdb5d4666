// What both boards share: samples go into a frame, and full frames into the Bluetooth console, twenty samples at a time.
//
// A frame is AA 55, its number (u16), the time of its first sample in ms (u32), the number of samples (u16), the samples
// (x, y, z as i16, 8192 to 1 g), and a CRC-32 of all that (u32); all little-endian.
//
// This text is sent to the board without its comments and line ends, inside double quotes: no double quotes in here, no
// backslashes, a semicolon or a brace at the end of each line, and comments on lines of their own.
var SAMPLES=20,PERIOD_MS=1000/RATE_HZ;
var frame=new Int16Array(7+3*SAMPLES),view=new DataView(frame.buffer);
var summed=new Uint8Array(frame.buffer,0,10+6*SAMPLES);
var began=getTime(),count=0,sequence=0,first=0;
view.setUint16(0,0x55AA,true);
view.setUint16(8,SAMPLES,true);
// A sample is handed over late, never early: the frame's time comes from the promptest of its samples.
function take(x,y,z){
var start=(getTime()-began)*1000-PERIOD_MS*count,at=5+3*count;
if(!count||start<first)first=start;
frame[at]=x;
frame[at+1]=y;
frame[at+2]=z;
if(++count<SAMPLES)return;
view.setUint16(2,sequence,true);
view.setUint32(4,Math.round(first),true);
view.setUint32(10+6*SAMPLES,E.CRC32(summed),true);
sequence=(sequence+1)&65535;
count=0;
Bluetooth.write(frame.buffer);
}
// Load what the board runs when nobody measures: its clock, or its owner's program.
function leave(){
rest();
load();
}
global.fwStop=leave;
NRF.on('disconnect',function(){leave();});
